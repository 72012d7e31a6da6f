#include "search/app/baselines.hpp"

#include <fmt/format.h>

#include "search/space/circuit_choice.hpp"
#include "sim/cost/chip_cost.hpp"

namespace ohmgrid {
namespace {

Figures figures_of(const BaseDesign& base, const std::vector<LayerPlan>& plans) {
    const ChipCost chip = chip_cost(plans, base.technology, base.device, base.chip);
    return {.area_m2 = chip.total.area_m2,
            .latency_second = chip.total.latency_second,
            .interval_second = chip.interval_second,
            .energy_joule = chip.total.energy_joule + chip.leakage_joule,
            .operations = static_cast<double>(chip.operations)};
}

}  // namespace

std::vector<Baseline> baselines_of(const BaseDesign& base) {
    std::vector<LayerPlan> plans;
    for (LayerShape& shape : layer_shapes(base.network)) {
        const std::size_t i = plans.size();
        plans.push_back({.shape = std::move(shape),
                         .array = base.settings[i].array,
                         .adc = base.settings[i].adc,
                         .adc_cost = base.adc_costs[i],
                         .mapping = base.settings[i].mapping,
                         .activity = base.activities[i]});
    }
    std::vector<Baseline> baselines{{"run file", figures_of(base, plans)}};
    for (const AdcType type : {AdcType::sar, AdcType::flash}) {
        for (LayerPlan& plan : plans) plan.adc.type = type;
        baselines.push_back(
            {fmt::format("all {}, sharing {}", to_text(type), plans.front().array.column_sharing),
             figures_of(base, plans)});
    }
    return baselines;
}

Table gain_table(const std::vector<Baseline>& baselines, const std::vector<Published>& published,
                 const Figures& best) {
    Table table{{"compared with", "EDAP (J s mm2)", "TOPS/W", "TOPS/mm2", "EDAP lower",
                 "TOPS/W higher", "TOPS/mm2 higher"},
                {}};
    constexpr double mm2_per_m2 = 1e6;
    for (const Baseline& b : baselines) {
        const auto own = [&](Figure f) { return value_of(b.figures, f); };
        const auto found = [&](Figure f) { return value_of(best, f); };
        table.rows.push_back({b.name, own(Figure::edap) * mm2_per_m2, own(Figure::tops_per_watt),
                              own(Figure::tops_per_mm2), own(Figure::edap) / found(Figure::edap),
                              found(Figure::tops_per_watt) / own(Figure::tops_per_watt),
                              found(Figure::tops_per_mm2) / own(Figure::tops_per_mm2)});
    }
    const auto cell = [](const std::optional<double>& gain) {
        return gain ? Table::Cell(*gain) : Table::Cell(std::string("-"));
    };
    for (const Published& p : published) {
        if (!p.has_gain()) continue;
        table.rows.push_back({p.name, std::string("-"), std::string("-"), std::string("-"),
                              cell(p.edap_lower), cell(p.tops_per_watt_higher),
                              cell(p.tops_per_mm2_higher)});
    }
    return table;
}

}  // namespace ohmgrid
