# Installs module and data below WORK_FOLDER and costs a shipped network from there.
file(REMOVE_RECURSE ${WORK_FOLDER})
foreach(component program python)
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD_FOLDER} --prefix ${WORK_FOLDER}
    --component ${component} COMMAND_ERROR_IS_FATAL ANY OUTPUT_QUIET)
endforeach()
execute_process(
  COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${WORK_FOLDER}/lib/python3/dist-packages
    ${PYTHON} -c "import ohmgrid; print(ohmgrid.__file__, ohmgrid.cost('share/ohmgrid/examples/run.toml', {'device.base': 'reram/isaac.toml'})['edap'])"
  WORKING_DIRECTORY ${WORK_FOLDER} COMMAND_ERROR_IS_FATAL ANY OUTPUT_VARIABLE said)
if(NOT said MATCHES "^${WORK_FOLDER}/lib/")
  message(FATAL_ERROR "another module was imported: ${said}")
endif()
file(REMOVE_RECURSE ${WORK_FOLDER})
