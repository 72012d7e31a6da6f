# Makes the Debian packages of a finished build, unpacks the program's under a root of its own and
# runs the shipped example from there; then likewise the Python module's, if PYTHON names the
# interpreter it was built for. Called as cmake -D... -P; every other variable is required.
foreach(name BUILD_FOLDER WORK_FOLDER VERSION)
  if(NOT DEFINED ${name})
    message(FATAL_ERROR "-D${name}=... is missing")
  endif()
endforeach()

find_program(dpkg_deb dpkg-deb)
find_program(dpkg_shlibdeps dpkg-shlibdeps)
if(NOT dpkg_deb OR NOT dpkg_shlibdeps)
  message("skipped: dpkg-deb or dpkg-shlibdeps is absent (apt-get install dpkg-dev)")
  return()
endif()

function(run)
  execute_process(COMMAND ${ARGV} WORKING_DIRECTORY ${WORK_FOLDER}
    COMMAND_ERROR_IS_FATAL ANY OUTPUT_VARIABLE output)
  set(output "${output}" PARENT_SCOPE)
endfunction()
function(expect_match text pattern)
  if(NOT text MATCHES "${pattern}")
    message(FATAL_ERROR "expected '${pattern}' in:\n${text}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK_FOLDER})
file(MAKE_DIRECTORY ${WORK_FOLDER})
get_filename_component(bin ${CMAKE_COMMAND} DIRECTORY)
run(${bin}/cpack --config ${BUILD_FOLDER}/CPackConfig.cmake -G DEB -B ${WORK_FOLDER}/packages)
file(GLOB package ${WORK_FOLDER}/packages/ohmgrid_${VERSION}_*.deb)
file(GLOB development ${WORK_FOLDER}/packages/ohmgrid-dev_${VERSION}_*.deb)
if(NOT EXISTS "${package}" OR NOT EXISTS "${development}")
  message(FATAL_ERROR "cpack made '${package}' and '${development}'")
endif()

# Dependencies are those of the libraries that the program is linked with.
run(${dpkg_deb} -f ${package} Depends)
foreach(library libc6 libfmt libhdf5 libgomp1)
  expect_match("${output}" "${library}")
endforeach()

set(root ${WORK_FOLDER}/root)
run(${dpkg_deb} -x ${package} ${root})
foreach(file bin/ohmgrid share/man/man1/ohmgrid.1 share/man/man5/ohmgrid-parameters.5
    share/bash-completion/completions/ohmgrid share/doc/ohmgrid/LICENSE)
  if(NOT EXISTS ${root}/usr/${file})
    message(FATAL_ERROR "the package lacks usr/${file}")
  endif()
endforeach()
if(EXISTS ${root}/usr/include)
  message(FATAL_ERROR "the package of the program holds headers")
endif()

run(${dpkg_deb} -f ${package} Maintainer)
expect_match("${output}" "^[^<>]+ <[^<>@ ]+@[^<>@ ]+>")
run(${dpkg_deb} -c ${development})
foreach(header sim/circuit/line_solver.hpp search/solver/minimise.hpp)
  expect_match("${output}" "usr/include/ohmgrid/${header}")
endforeach()

# Data files are found relative to the program, wherever it was unpacked.
set(program ${root}/usr/bin/ohmgrid)
run(${program} doctor --format csv)
expect_match("${output}" "data folders,${root}/usr/share/ohmgrid,")
run(${program} run ${root}/usr/share/ohmgrid/examples/run.toml --set data.limit=50 --quiet)
expect_match("${output}" "accuracy   digital")
run(${program} report results.h5 -o report.html)
file(READ ${WORK_FOLDER}/report.html page)
expect_match("${page}" "Energy per image of every layer")

# The Python module lies beside the program's data, which its package depends on.
if(NOT PYTHON)
  return()
endif()
file(GLOB module ${WORK_FOLDER}/packages/python3-ohmgrid_${VERSION}_*.deb)
if(NOT EXISTS "${module}")
  message(FATAL_ERROR "cpack made no package of the Python module")
endif()
run(${dpkg_deb} -f ${module} Depends)
foreach(dependency "ohmgrid \\(= ${VERSION}\\)" python3-numpy libhdf5)
  expect_match("${output}" "${dependency}")
endforeach()
run(${dpkg_deb} -x ${module} ${root})
run(${CMAKE_COMMAND} -E env PYTHONPATH=${root}/usr/lib/python3/dist-packages ${PYTHON} -c
  "import ohmgrid\nprint(ohmgrid.__file__, ohmgrid.run('${root}/usr/share/ohmgrid/examples/run.toml', {'data.limit': 50})['inference']['digital_accuracy'])")
expect_match("${output}" "^${root}/usr/lib/python3/dist-packages/ohmgrid/__init__.py [01]\\.[0-9]+")
