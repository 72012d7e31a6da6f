#include <cmath>
#include <map>

#include "sim/cost/agreement.hpp"
#include "sim/cost/components/adder_tree.hpp"
#include "sim/cost/components/bus.hpp"
#include "sim/cost/components/column_multiplexer.hpp"
#include "sim/cost/components/flash_adc.hpp"
#include "sim/cost/components/h_tree.hpp"
#include "sim/cost/components/max_pool.hpp"
#include "sim/cost/components/precharge.hpp"
#include "sim/cost/components/register_file.hpp"
#include "sim/cost/components/sar_adc.hpp"
#include "sim/cost/components/shift_adder.hpp"
#include "sim/cost/components/sram_buffer.hpp"
#include "sim/cost/components/wordline_driver.hpp"
#include "sim/io/csv_table.hpp"

namespace ohmgrid {
namespace {

constexpr double square_micrometre = 1e-12;
constexpr double most_median = 0.10;
constexpr double most_ninetieth = 0.25;

struct Process {
    Technology technology;
    LogicCells cells;
};

/// Area, latency and energy of one component.
struct Figures {
    Agreement area;
    Agreement latency;
    Agreement energy;
};

Figures figures_of(const std::string& what) {
    const auto figure = [&](const char* name) {
        return Agreement{
            .what = what, .figure = name, .most_median = most_median, .most_tail = most_ninetieth};
    };
    return {figure("area"), figure("latency"), figure("energy")};
}

bool is_folded(const CsvRow& row) {
    return row.text("technode") == "65" && row.text("roadmap") == "HP";
}

class Comparison {
  public:
    Comparison(std::filesystem::path folder, const TechnologyByName& technologies)
        : folder_(std::move(folder)), technologies_(technologies) {}

    std::vector<Agreement> all() {
        keep(sar());
        keep(flash());
        keep(pass_gates());
        keep(decoder());
        keep(shift_add());
        keep(adder_tree());
        keep(register_file());
        keep(sram_buffer());
        keep(sram_writes());
        keep(switch_matrix());
        keep(h_tree());
        keep(bus());
        keep(max_pool());
        keep(precharge());
        return std::move(all_);
    }

  private:
    void keep(Figures figures) {
        for (Agreement* a : {&figures.area, &figures.latency, &figures.energy}) {
            if (!a->relative.empty()) all_.push_back(std::move(*a));
        }
    }

    std::vector<CsvRow> rows(const std::string& table) const {
        std::vector<CsvRow> rows;
        for (CsvRow& row : read_csv_table(folder_ / (table + ".csv"))) {
            if (row.text("tool") == "xpert") rows.push_back(std::move(row));
        }
        return rows;
    }

    const Process& process_of(const CsvRow& row) {
        const bool fast = row.text("roadmap") == "HP";
        const std::string name = row.text("technode") + "nm" + (fast ? "-hp" : "");
        const auto known = processes_.find(name);
        if (known != processes_.end()) return known->second;
        const Technology t = technologies_(name);
        return processes_.emplace(name, Process{t, logic_cells(t)}).first->second;
    }

    Figures sar();
    Figures flash();
    Figures pass_gates();
    Figures decoder();
    Figures shift_add();
    Figures adder_tree();
    Figures register_file();
    Figures sram_buffer();
    Figures sram_writes();
    Figures switch_matrix();
    Figures h_tree();
    Figures bus();
    Figures max_pool();
    Figures precharge();

    std::filesystem::path folder_;
    const TechnologyByName& technologies_;
    std::map<std::string, Process> processes_;
    std::vector<Agreement> all_;
};

std::int64_t whole(const CsvRow& row, const char* column) {
    return static_cast<std::int64_t>(row.number(column));
}

Figures Comparison::sar() {
    Figures f = figures_of("SAR converter");
    for (const CsvRow& row : rows("sar_adc")) {
        const double ohm = row.number("col_res_ohm");
        if (std::isinf(ohm)) continue;
        const Process& p = process_of(row);
        const Cost c =
            neurosim_sar(static_cast<int>(whole(row, "bits")), ohm, p.cells, p.technology).cost;
        f.area.add(c.area_m2, row.number("area_um2_per_adc") * square_micrometre);
        f.latency.add(c.latency_second, row.number("latency_s_per_conv"));
        f.energy.add(c.energy_joule, row.number("energy_J_per_conv"));
    }
    return f;
}

Figures Comparison::flash() {
    Figures f = figures_of("flash converter, encoder");
    for (const CsvRow& row : rows("flash_adc")) {
        if (row.text("currentMode") != "1" || is_folded(row)) continue;
        const Process& p = process_of(row);
        const Cost c = neurosim_flash(static_cast<int>(whole(row, "bits")),
                                      row.number("col_res_ohm"), p.cells, p.technology)
                           .cost;
        f.area.add(c.area_m2, (row.number("area_um2_per_adc") + row.number("encoder_area_um2")) *
                                  square_micrometre);
        if (row.text("technode") == "65") continue;
        f.latency.add(c.latency_second, row.number("latency_s") + row.number("encoder_latency_s"));
        f.energy.add(c.energy_joule,
                     row.number("energy_J_per_conv") + row.number("encoder_energy_J"));
    }
    return f;
}

Figures Comparison::pass_gates() {
    Figures f = figures_of("multiplexer");
    for (const CsvRow& row : rows("mux")) {
        const std::int64_t sharing = whole(row, "numSel");
        const ColumnMultiplexer mux{.columns = whole(row, "numInput") * sharing,
                                    .sharing = sharing,
                                    .line_ohm = row.number("resTg_ohm"),
                                    .read_volt = 0.5,
                                    .width_metre = 0};
        const Cost c = ohmgrid::pass_gates(mux, process_of(row).cells);
        f.area.add(c.area_m2, row.number("area_um2") * square_micrometre);
        f.latency.add(c.latency_second, row.number("latency_s"));
        f.energy.add(c.energy_joule, row.number("energy_J_per_sel"));
    }
    return f;
}

// The reference gives decoders of one and two bits no area, and V1.3's multiplexer decoder has no
// drivers, so that its latency depends on a load that the table does not state.
Figures Comparison::decoder() {
    Figures f = figures_of("multiplexer decoder");
    for (const CsvRow& row : rows("rowdecoder")) {
        if (row.text("mux_mode") != "1" || row.number("area_um2") == 0) continue;
        const ColumnMultiplexer mux{.columns = 0,
                                    .sharing = std::int64_t{1} << whole(row, "addrbits"),
                                    .line_ohm = 0,
                                    .read_volt = 0,
                                    .width_metre = 0};
        const Cost c = multiplexer_decoder(mux, process_of(row).cells);
        f.area.add(c.area_m2, row.number("area_um2") * square_micrometre);
        f.energy.add(c.energy_joule, row.number("energy_J"));
    }
    return f;
}

// shiftadd.csv has no latency: the reference counts one clock. Its adder's stands in adder.csv.
Figures Comparison::shift_add() {
    Figures f = figures_of("shift-add");
    for (const CsvRow& row : rows("shiftadd")) {
        if (is_folded(row)) continue;
        const ShiftAdders adders{.units = whole(row, "units"),
                                 .bits = static_cast<int>(whole(row, "adderbit")),
                                 .shifts = static_cast<int>(whole(row, "pulses")),
                                 .width_metre = 100e-6};
        const Cost c = cost_of(adders, process_of(row).cells);
        f.area.add(c.area_m2, row.number("area_um2") * square_micrometre);
        f.energy.add(static_cast<double>(adders.units) * c.energy_joule,
                     row.number("energy_J_per_op"));
    }
    for (const CsvRow& row : rows("adder")) {
        if (is_folded(row)) continue;
        const ShiftAdders adders{.units = 1,
                                 .bits = static_cast<int>(whole(row, "bits")),
                                 .shifts = 1,
                                 .width_metre = 100e-6};
        f.latency.add(cost_of(adders, process_of(row).cells).latency_second,
                      row.number("latency_s_async"));
    }
    return f;
}

Figures Comparison::adder_tree() {
    Figures f = figures_of("adder tree");
    for (const CsvRow& row : rows("addertree")) {
        const std::int64_t inputs = whole(row, "rows_added");
        const bool power_of_two = (inputs & (inputs - 1)) == 0;
        if (is_folded(row) || !power_of_two) continue;
        const AdderTree tree{.inputs = inputs, .bits = static_cast<int>(whole(row, "bits"))};
        const Cost c = cost_of(tree, process_of(row).cells);
        const double trees = row.number("numtrees");
        f.area.add(trees * c.area_m2, row.number("area_um2") * square_micrometre);
        f.latency.add(c.latency_second, row.number("latency_s_async"));
        f.energy.add(trees * c.energy_joule, row.number("energy_J_per_op"));
    }
    return f;
}

Figures Comparison::register_file() {
    Figures f = figures_of("register file");
    for (const CsvRow& row : rows("buffer")) {
        if (row.text("type") != "DFF") continue;
        const Cost c = cost_of(RegisterFile::holding(row.number("bits"), row.number("width")),
                               process_of(row).cells);
        f.area.add(c.area_m2, row.number("area_um2") * square_micrometre);
        f.latency.add(c.latency_second, row.number("latency_s_async_per_line"));
        f.energy.add(c.energy_joule, row.number("E_read_J_per_bit"));
    }
    return f;
}

SramBuffer sram_of(const CsvRow& row) {
    const double width = row.number("width");
    return {.lines = row.number("bits") / width, .width = width};
}

Figures Comparison::sram_buffer() {
    Figures f = figures_of("SRAM buffer");
    for (const CsvRow& row : rows("buffer")) {
        if (row.text("type") != "SRAM") continue;
        const Process& p = process_of(row);
        const Cost c = cost_of(sram_of(row), p.cells, p.technology);
        f.area.add(c.area_m2, row.number("area_um2") * square_micrometre);
        f.latency.add(c.latency_second, row.number("latency_s_async_per_line"));
        f.energy.add(c.energy_joule, row.number("E_read_J_per_bit"));
    }
    return f;
}

Figures Comparison::sram_writes() {
    Figures f = figures_of("SRAM buffer, write");
    for (const CsvRow& row : rows("buffer")) {
        if (row.text("type") != "SRAM") continue;
        const Process& p = process_of(row);
        f.energy.add(write_joule(sram_of(row), p.cells, p.technology),
                     row.number("E_write_J_per_bit"));
    }
    return f;
}

Figures Comparison::switch_matrix() {
    Figures f = figures_of("switch matrix");
    for (const CsvRow& row : rows("switchmatrix")) {
        if (row.text("type") != "row_TG") continue;
        const double lines = row.number("n");
        const WordlineCost c = cost_of(WordlineDrivers{.rows = whole(row, "n"),
                                                       .columns = whole(row, "n"),
                                                       .line_ohm = row.number("resTg_ohm"),
                                                       .line_farad = row.number("capLoad_F"),
                                                       .wire_ohm = row.number("resLoad_ohm"),
                                                       .line_volt = 0},
                                       process_of(row).cells);
        f.area.add(c.cost.area_m2, row.number("area_um2") * square_micrometre);
        f.latency.add(c.cost.latency_second, row.number("latency_s"));
        f.energy.add(lines * (c.step_joule + 0.5 * c.pulse_joule),
                     row.number("energy_J_at_act0.5"));
    }
    return f;
}

Figures Comparison::h_tree() {
    Figures f = figures_of("H-tree");
    for (const CsvRow& row : rows("htree")) {
        const Process& p = process_of(row);
        const HTree tree{.side = row.number("rows"),
                         .pitch_metre = row.number("unit_um") * 1e-6,
                         .wires = row.number("buswidth")};
        const Cost c = cost_of(tree, p.cells, p.technology);
        f.area.add(c.area_m2, row.number("area_um2") * square_micrometre);
        f.latency.add(c.latency_second, row.number("latency_s_async_rootleaf"));
        f.energy.add(c.energy_joule, row.number("E_J_per_bit_rootleaf"));
    }
    return f;
}

// Straight buses; the reference lays them above other blocks and counts no area.
Figures Comparison::bus() {
    Figures f = figures_of("bus");
    for (const CsvRow& row : rows("bus")) {
        const Process& p = process_of(row);
        const double metre = (row.number("cols") - 1) * row.number("unit_um") * 1e-6;
        const Cost c =
            cost_of(Bus{.reach_metre = metre, .built_metre = metre}, p.cells, p.technology);
        f.latency.add(c.latency_second, row.number("latency_s_async"));
        f.energy.add(c.energy_joule, row.number("E_J_per_bit"));
    }
    return f;
}

Figures Comparison::max_pool() {
    Figures f = figures_of("max pool");
    for (const CsvRow& row : rows("maxpool_relu")) {
        if (row.text("unit") != "maxpool2x2" || row.text("n") != "1" || is_folded(row)) continue;
        const Cost c = comparator_cost(static_cast<int>(whole(row, "bits")), process_of(row).cells);
        f.area.add(3 * c.area_m2, row.number("area_um2") * square_micrometre);
        f.latency.add(3 * c.latency_second, row.number("latency_s_async"));
        f.energy.add(3 * c.energy_joule, row.number("energy_J_per_op"));
    }
    return f;
}

// The reference moves both lines of a pair by the whole supply and counts the wires of cells 10 F
// high, but not their transistors; it has no amplifiers, so that areas are not compared.
Figures Comparison::precharge() {
    constexpr double cell_height_f = 10;
    Figures f = figures_of("precharge");
    for (const CsvRow& row : rows("subarray")) {
        if (row.text("celltype") != "SRAM") continue;
        const Process& p = process_of(row);
        const double metre = row.number("rows") * cell_height_f * p.technology.feature_metre;
        const Cost c = cost_of(Precharge{.columns = row.number("cols"),
                                         .line_farad = metre * p.technology.wire_farad_per_metre,
                                         .swing_volt = 2 * p.cells.supply_volt},
                               p.cells);
        f.latency.add(c.latency_second, row.number("t_prech_s"));
        f.energy.add(row.number("cols") * row.number("mux") * c.energy_joule,
                     row.number("E_prech_J"));
    }
    return f;
}

}  // namespace

std::vector<Agreement> component_agreement(const std::filesystem::path& folder,
                                           const TechnologyByName& technologies) {
    return Comparison(folder, technologies).all();
}

}  // namespace ohmgrid
