# The libraries Ohmgrid stands on, named once: included by the build and, installed beside
# OhmgridConfig.cmake, by every project that uses Ohmgrid. Both say
# what ohmgrid_needs() does when a library is missing. HDF5, Random123 and toml++ are not here: the
# one module that uses each finds it, and a using project needs nothing but the linked file.
ohmgrid_needs(OpenMP COMPONENTS CXX)
ohmgrid_needs(Eigen3 3.4 NO_MODULE)
ohmgrid_needs(Boost 1.74 CONFIG COMPONENTS program_options)
ohmgrid_needs(fmt)
ohmgrid_needs(nlohmann_json)
ohmgrid_needs(OpenSSL COMPONENTS Crypto)
ohmgrid_needs(Protobuf)
ohmgrid_needs(ONNX CONFIG)

# ONNX's target is named differently from version to version.
if(NOT TARGET ohmgrid_onnx)
  add_library(ohmgrid_onnx INTERFACE IMPORTED)
  if(TARGET ONNX::onnx_proto)
    target_link_libraries(ohmgrid_onnx INTERFACE ONNX::onnx_proto protobuf::libprotobuf)
  else()
    target_link_libraries(ohmgrid_onnx INTERFACE onnx_proto protobuf::libprotobuf)
  endif()
endif()
