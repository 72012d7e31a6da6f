#include "search/objective/cost_model.hpp"
#include "sim/cost/xpert_surrogate.hpp"

namespace ohmgrid {
namespace {

/// Sums over convolutions, as the overload of xpert_surrogate for networks: the last convolution
/// stands for the classifier and counts one tile of its own circuit, without latency.
class XpertCostModel final : public CostModel {
  public:
    explicit XpertCostModel(const Space& space) : space_(space) {
        for (std::size_t i = 0; i < space.layer_count(); ++i) {
            if (space.plan(i, 0, 0).shape.op == Op::convolution) last_convolution_ = i;
        }
    }

    [[nodiscard]] Figures figures(const Design& design) const override {
        const std::vector<LayerPlan> plans = space_.plans(design);
        const XpertCost cost = xpert_surrogate(plans);
        double operations = 0;
        for (const LayerPlan& p : plans) {
            operations += 2 * static_cast<double>(p.shape.multiply_accumulates());
        }
        return {.area_m2 = cost.area_m2,
                .latency_second = cost.latency,
                .interval_second = cost.latency,
                .energy_joule = 0,
                .operations = operations};
    }
    [[nodiscard]] std::vector<Scenario> scenarios() const override { return {Scenario{}}; }
    [[nodiscard]] ChainTables tables(const Scenario&) const override {
        ChainTables t;
        for (std::size_t i = 0; i < space_.layer_count(); ++i) {
            auto& scopes = t.entries.emplace_back();
            for (int scope = 0; scope < space_.scope_count(i); ++scope) {
                auto& entries = scopes.emplace_back();
                for (int o = 0; o < static_cast<int>(space_.options(i).size()); ++o) {
                    entries.push_back(
                        {.option = o, .attains = 0, .measures = measures(i, scope, o)});
                }
            }
        }
        return t;
    }
    [[nodiscard]] bool has_energy() const override { return false; }
    [[nodiscard]] std::string coupling_text() const override {
        return "area and latency of XPert's regression add up over layers: nothing couples them";
    }

  private:
    [[nodiscard]] Measures measures(std::size_t layer, int scope, int option) const {
        const LayerPlan plan = space_.plan(layer, scope, option);
        Measures m;
        m.operations = 2 * static_cast<double>(plan.shape.multiply_accumulates());
        if (plan.shape.op != Op::convolution) return m;
        // The network of one convolution is that convolution as the last one.
        const XpertCost cost = layer == last_convolution_
                                   ? xpert_surrogate(std::span<const LayerPlan>(&plan, 1))
                                   : xpert_surrogate(plan);
        m.area_m2 = cost.area_m2;
        m.tiles = static_cast<double>(cost.tiles);
        m.latency_short = m.latency_long = m.slowest_short = m.slowest_long = cost.latency;
        return m;
    }

    const Space& space_;
    std::size_t last_convolution_ = 0;
};

}  // namespace

std::unique_ptr<CostModel> xpert_cost_model(const Space& space) {
    return std::make_unique<XpertCostModel>(space);
}

}  // namespace ohmgrid
