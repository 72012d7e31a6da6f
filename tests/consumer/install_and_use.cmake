# Installs a finished build under a prefix of its own and builds, links and runs a project that
# finds it there. Called as cmake -D... -P; every variable is required.
foreach(name BUILD_FOLDER WORK_FOLDER GENERATOR CXX_COMPILER CXX_FLAGS VERSION)
  if(NOT DEFINED ${name})
    message(FATAL_ERROR "-D${name}=... is missing")
  endif()
endforeach()

function(run)
  execute_process(COMMAND ${ARGV} COMMAND_ERROR_IS_FATAL ANY OUTPUT_VARIABLE output)
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK_FOLDER})
run(${CMAKE_COMMAND} --install ${BUILD_FOLDER} --prefix ${WORK_FOLDER}/prefix)
run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK_FOLDER}/build -G ${GENERATOR}
  -DCMAKE_PREFIX_PATH=${WORK_FOLDER}/prefix -DCMAKE_CXX_COMPILER=${CXX_COMPILER}
  -DCMAKE_CXX_FLAGS=${CXX_FLAGS})
run(${CMAKE_COMMAND} --build ${WORK_FOLDER}/build)
run(${WORK_FOLDER}/build/consumer)

set(expected "version,converters,read_volt\n${VERSION},13,0.2\n")  # 100 columns, 8 per converter
if(NOT output STREQUAL expected)
  message(FATAL_ERROR "the consumer printed\n${output}instead of\n${expected}")
endif()
