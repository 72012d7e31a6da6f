#include "sim/core/contract.hpp"

#include <string>

#include "sim/core/error.hpp"
#include "sim/core/version.hpp"

namespace ohmgrid {

void contract_broken(std::string_view kind, std::string_view condition,
                     std::source_location where) {
    throw InternalError(Message{
        .place = Place{where.file_name(), where.line(), where.column()}.text(),
        .id = "BUG001",
        .what = std::string(where.function_name()) + " " + std::string(kind) + " " +
                std::string(condition) + " (ohmgrid " + std::string(version()) + ")",
        .remedy = "This is a defect in Ohmgrid: please report it with the command you ran"});
}

}  // namespace ohmgrid
