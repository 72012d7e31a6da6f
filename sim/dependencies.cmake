# The libraries Ohmgrid stands on, named once: included by the build and, installed beside
# OhmgridConfig.cmake, by every project that uses Ohmgrid. Both say
# what ohmgrid_needs() does when a library is missing.
ohmgrid_needs(OpenMP COMPONENTS CXX)
ohmgrid_needs(Eigen3 3.4 NO_MODULE)
ohmgrid_needs(HDF5 COMPONENTS C)
ohmgrid_needs(Boost 1.74 COMPONENTS program_options)
ohmgrid_needs(fmt)
ohmgrid_needs(nlohmann_json)
ohmgrid_needs(OpenSSL COMPONENTS Crypto)
ohmgrid_needs(Protobuf)
ohmgrid_needs(ONNX CONFIG)

# Two libraries whose own target is named differently from version to version.
if(NOT TARGET ohmgrid_hdf5)
  add_library(ohmgrid_hdf5 INTERFACE IMPORTED)
  target_include_directories(ohmgrid_hdf5 INTERFACE ${HDF5_C_INCLUDE_DIRS})
  target_link_libraries(ohmgrid_hdf5 INTERFACE ${HDF5_C_LIBRARIES})

  add_library(ohmgrid_onnx INTERFACE IMPORTED)
  if(TARGET ONNX::onnx_proto)
    target_link_libraries(ohmgrid_onnx INTERFACE ONNX::onnx_proto protobuf::libprotobuf)
  else()
    target_link_libraries(ohmgrid_onnx INTERFACE onnx_proto protobuf::libprotobuf)
  endif()
endif()
