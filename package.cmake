# Debian packages: cpack -G DEB in the build folder makes ohmgrid (program, data, manual),
# ohmgrid-dev (libraries and headers) and, where it is built, python3-ohmgrid.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ohmgrid)
set(CPACK_PACKAGE_VENDOR Ohmgrid)
# Who makes a package maintains it: named as for Debian's own tools, else by login and machine.
set(maintainer "$ENV{DEBFULLNAME}")
set(address "$ENV{DEBEMAIL}")
cmake_host_system_information(RESULT machine QUERY FQDN)
if(NOT maintainer)
  set(maintainer "Ohmgrid")
endif()
if(NOT address)
  execute_process(COMMAND id -un OUTPUT_VARIABLE login OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(address "${login}@${machine}")
endif()
set(CPACK_PACKAGE_CONTACT "${maintainer} <${address}>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME ohmgrid)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)  # what the program is linked with
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SUGGESTS ngspice)
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
  "Simulates neural networks on analog crossbar arrays: accuracy, energy, latency and area.")

# Static libraries have no dependencies of their own; these are what OhmgridConfig.cmake looks for.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME ohmgrid-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS
  "libboost-dev, libboost-program-options-dev, libeigen3-dev, libfmt-dev, libhdf5-dev, libonnx-dev, libprotobuf-dev, libssl-dev, nlohmann-json3-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION "Libraries, headers and CMake package of Ohmgrid.")

if(OHMGRID_BUILD_PYTHON)
  list(APPEND CPACK_COMPONENTS_ALL python)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-ohmgrid)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_SHLIBDEPS ON)
  set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "ohmgrid (= ${PROJECT_VERSION}), python3-numpy")
  set(CPACK_COMPONENT_PYTHON_DESCRIPTION "Ohmgrid's verbs and solver for Python programs.")
endif()
include(CPack)
