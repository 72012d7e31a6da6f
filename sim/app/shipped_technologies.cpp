#include "sim/app/shipped_technologies.hpp"

#include "sim/app/data_folders.hpp"
#include "sim/io/parameter_file.hpp"

namespace ohmgrid {

std::vector<Technology> shipped_technologies(Roadmap roadmap, const ParameterSet& over,
                                             std::map<std::string, std::string>* sha256_of) {
    const std::string suffix = roadmap == Roadmap::high_performance ? "-hp.toml" : ".toml";
    Complaints complaints;
    std::vector<Technology> all;
    for (const char* node : {"7nm", "14nm", "22nm", "32nm", "45nm", "65nm", "90nm", "130nm"}) {
        const auto path = find_file("technology/" + (node + suffix), {}, data_folders());
        const ParameterFile file = read_parameter_file(path, "technology", data_folders());
        ParameterSet set;
        for (const auto& [key, entry] : file.values.entries()) set.set("technology." + key, entry);
        set.overlay(over);
        all.push_back(technology_parameters().read(set, complaints));
        if (sha256_of != nullptr) sha256_of->insert(file.sha256_of.begin(), file.sha256_of.end());
    }
    complaints.throw_if_any();
    return all;
}

}  // namespace ohmgrid
