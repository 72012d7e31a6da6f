# Debian packages: cpack -G DEB in the build folder makes ohmgrid (program, data, manual) and
# ohmgrid-dev (libraries and headers).
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ohmgrid)
set(CPACK_PACKAGE_VENDOR Ohmgrid)
set(CPACK_PACKAGE_CONTACT "The Ohmgrid developers <developers@ohmgrid.invalid>")
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
include(CPack)
