#include "sim/circuit/spice_deck.hpp"

#include <fmt/format.h>

#include <optional>

#include "sim/circuit/detail/deck_cell.hpp"
#include "sim/core/error.hpp"

namespace ohmgrid {
namespace {

using Eigen::Index;
using Eigen::VectorXd;

/// A jump of the waveform lasts this share of the stop time.
constexpr double jump_ratio = 1e-6;

/// Tighter than ngspice's defaults, which are made for milliampere circuits: gmin would leak
/// through every cell, and 1 pA and 1 uV are too much for an array of 1 uS cells.
constexpr const char* dc_settings =
    ".options gmin=1e-30 reltol=1e-10 abstol=1e-20 vntol=1e-15 itl1=1000\n";
constexpr const char* transient_settings =
    ".options gmin=1e-30 reltol=1e-6 abstol=1e-16 vntol=1e-12 chgtol=1e-22 itl1=1000\n";

class DeckWriter {
  public:
    DeckWriter(const Crossbar& crossbar, const CellLaw& law, const VectorXd& input_volt)
        : crossbar_(crossbar), law_(law), input_volt_(input_volt), nodes_(crossbar) {}

    void head(const DeckOptions& options, const std::string& analysis) {
        text_ += fmt::format("* Crossbar of {} x {} {} cells, {}, written by Ohmgrid\n",
                             crossbar_.rows(), crossbar_.columns(), name_of(law_), analysis);
        for (const std::string& note : options.notes) text_ += "* " + note + '\n';
        text_ += fmt::format(
            "* Nodes: in_I driver of row I, w_I_J word line, b_I_J bit line, sense_J virtual "
            "ground.\n"
            "* Per pitch: word line {} ohm, bit line {} ohm; ends: driver {} ohm, sense {} ohm.\n",
            crossbar_.row_wire_ohm, crossbar_.column_wire_ohm, crossbar_.driver_ohm,
            crossbar_.sense_ohm);
    }

    void array(const std::optional<TransientDeck>& transient) {
        text_ += '\n' + detail::cell_subcircuit(law_);
        drivers(transient);
        word_lines();
        cells();
        bit_lines();
        if (transient) capacitors(transient->capacitance);
    }

    void analysis(const std::string& settings, const std::string& card, const std::string& kind,
                  Detail saved) {
        text_ += "\n* Analysis\n" + settings;
        std::string ammeters;
        for (Index j = 0; j < crossbar_.columns(); ++j) {
            if (crossbar_.column_floats(j)) continue;
            text_ += fmt::format(".save i(Vsense_{})\n", j);
            ammeters += fmt::format("\n+ i(Vsense_{})", j);
        }
        if (saved == Detail::nodes) save_nodes();
        text_ += card + "\n.print " + kind + ammeters + "\n.end\n";
    }

    [[nodiscard]] std::string take() { return std::move(text_); }

  private:
    void element(const std::string& name, const std::string& from, const std::string& to,
                 const std::string& value) {
        text_ += fmt::format("{} {} {} {}\n", name, from, to, value);
    }
    void resistor(const std::string& name, const std::string& from, const std::string& to,
                  double ohm) {
        if (ohm > 0) element(name, from, to, fmt::format("{}", ohm));
    }

    [[nodiscard]] std::string course(double volt, const std::optional<TransientDeck>& transient) {
        if (!transient) return fmt::format("{}", volt);
        const Waveform& wave = transient->waveform;
        std::string points;
        double last_second = -1;
        if (wave.second.front() > 0) {
            points = fmt::format("0 {}", volt * wave.scale.front());
            last_second = 0;
        }
        for (std::size_t k = 0; k < wave.second.size(); ++k) {
            double second = wave.second[k];
            if (second <= last_second) second = last_second + jump_ratio * transient->stop_second;
            points +=
                fmt::format("{}{} {}", points.empty() ? "" : " ", second, volt * wave.scale[k]);
            last_second = second;
        }
        return "PWL(" + points + ')';
    }

    void drivers(const std::optional<TransientDeck>& transient) {
        text_ += "\n* Drivers (V)\n";
        for (Index i = 0; i < crossbar_.rows(); ++i) {
            if (crossbar_.row_floats(i)) continue;
            element(fmt::format("Vin_{}", i), DeckNodes::driver(i), "0",
                    course(input_volt_(i), transient));
        }
        const auto* gated = std::get_if<TransistorLaw>(&law_);
        if (gated == nullptr) return;
        text_ += "\n* Select lines: gates of the access transistors (V)\n";
        for (Index i = 0; i < crossbar_.rows(); ++i) {
            const auto at = gated->gate_volt.size() == 1 ? 0 : static_cast<std::size_t>(i);
            element(fmt::format("Vgate_{}", i), fmt::format("gate_{}", i), "0",
                    fmt::format("{}", gated->gate_volt[at]));
        }
    }

    void word_lines() {
        text_ += "\n* Word lines: driver and first segment, then one segment per pitch (ohm)\n";
        const Index last = crossbar_.columns() - 1;
        for (Index i = 0; i < crossbar_.rows(); ++i) {
            const bool driven = !crossbar_.row_floats(i);
            if (driven && crossbar_.drive != DriveEnds::right) {
                resistor(fmt::format("Rdriver_{}", i), DeckNodes::driver(i), nodes_.row(i, 0),
                         crossbar_.drive_end_ohm());
            }
            for (Index j = 1; j <= last; ++j) {
                resistor(fmt::format("Rw_{}_{}", i, j), nodes_.row(i, j - 1), nodes_.row(i, j),
                         crossbar_.row_wire_ohm);
            }
            if (driven && crossbar_.drive != DriveEnds::left) {
                resistor(fmt::format("Rdriver_right_{}", i), DeckNodes::driver(i),
                         nodes_.row(i, last), crossbar_.drive_end_ohm());
            }
        }
    }

    void cells() {
        text_ += "\n* Cells: word line, bit line; open cells are left out\n";
        for (Index i = 0; i < crossbar_.rows(); ++i) {
            const std::string gate = is_two_terminal(law_) ? "" : fmt::format("gate_{} ", i);
            for (Index j = 0; j < crossbar_.columns(); ++j) {
                if (crossbar_.conductance_siemens(i, j) == 0) continue;
                element(fmt::format("Xc_{}_{}", i, j), nodes_.row(i, j), nodes_.column(i, j),
                        gate + "cell " + detail::cell_parameters(law_, crossbar_, i, j));
            }
        }
    }

    void bit_lines() {
        text_ += "\n* Bit lines: one segment per pitch, last segment and sense (ohm), ammeters\n";
        const Index last = crossbar_.rows() - 1;
        for (Index j = 0; j < crossbar_.columns(); ++j) {
            for (Index i = 1; i <= last; ++i) {
                resistor(fmt::format("Rb_{}_{}", i, j), nodes_.column(i - 1, j),
                         nodes_.column(i, j), crossbar_.column_wire_ohm);
            }
            if (crossbar_.column_floats(j)) continue;
            if (crossbar_.sense != SenseEnds::top) {
                resistor(fmt::format("Rsense_{}", j), nodes_.column(last, j), DeckNodes::sense(j),
                         crossbar_.sense_end_ohm());
            }
            if (crossbar_.sense != SenseEnds::bottom) {
                resistor(fmt::format("Rsense_top_{}", j), nodes_.column(0, j), DeckNodes::sense(j),
                         crossbar_.sense_end_ohm());
            }
            element(fmt::format("Vsense_{}", j), DeckNodes::sense(j), "0", "0");
        }
    }

    void capacitors(const ArrayCapacitance& capacitance) {
        text_ += "\n* Capacitances of word-line and bit-line segments and of cells (F)\n";
        const auto capacitor = [this](char kind, Index i, Index j, const std::string& from,
                                      const std::string& to, double farad) {
            if (farad == 0) return;
            element(fmt::format("C{}_{}_{}", kind, i, j), from, to, fmt::format("{}", farad));
        };
        for (Index i = 0; i < crossbar_.rows(); ++i) {
            for (Index j = 0; j < crossbar_.columns(); ++j) {
                const std::string row = nodes_.row(i, j);
                const std::string column = nodes_.column(i, j);
                capacitor('w', i, j, row, "0", capacitance.row_wire_farad);
                capacitor('b', i, j, column, "0", capacitance.column_wire_farad);
                capacitor('c', i, j, row, column, capacitance.cell_farad);
            }
        }
    }

    void save_nodes() {
        for (Index i = 0; i < crossbar_.rows(); ++i) {
            for (Index j = 0; j < crossbar_.columns(); ++j) {
                text_ += fmt::format(".save v({}) v({})\n", nodes_.row(i, j), nodes_.column(i, j));
            }
        }
    }

    const Crossbar& crossbar_;
    const CellLaw& law_;
    const VectorXd& input_volt_;
    DeckNodes nodes_;
    std::string text_;
};

void check_array(const Crossbar& crossbar, const CellLaw& law, const VectorXd& input_volt) {
    crossbar.check();
    check_inputs(crossbar, input_volt.transpose());
    check(law, crossbar);
}

}  // namespace

std::string DeckNodes::row(Index row, Index column) const {
    if (crossbar_.row_wire_ohm > 0) return fmt::format("w_{}_{}", row, column);
    const bool held = crossbar_.drive_end_ohm() == 0 && !crossbar_.row_floats(row);
    return held ? driver(row) : fmt::format("w_{}", row);
}

std::string DeckNodes::column(Index row, Index column) const {
    if (crossbar_.column_wire_ohm > 0) return fmt::format("b_{}_{}", row, column);
    const bool held = crossbar_.sense_end_ohm() == 0 && !crossbar_.column_floats(column);
    return held ? sense(column) : fmt::format("b_{}", column);
}

std::string DeckNodes::driver(Index row) { return fmt::format("in_{}", row); }
std::string DeckNodes::sense(Index column) { return fmt::format("sense_{}", column); }

std::string dc_deck(const Crossbar& crossbar, const CellLaw& law, const VectorXd& input_volt,
                    const DeckOptions& options) {
    check_array(crossbar, law, input_volt);
    DeckWriter deck(crossbar, law, input_volt);
    deck.head(options, "operating point");
    deck.array(std::nullopt);
    deck.analysis(dc_settings, ".op", "op", options.saved);
    return deck.take();
}

std::string transient_deck(const Crossbar& crossbar, const CellLaw& law, const VectorXd& input_volt,
                           const TransientDeck& transient, const DeckOptions& options) {
    check_array(crossbar, law, input_volt);
    transient.capacitance.check();
    transient.waveform.check();
    if (!(transient.step_second > 0 && transient.step_second <= transient.stop_second)) {
        throw InputError({.place = {},
                          .id = "CIR132",
                          .what = fmt::format("the step of {} s does not fit a stop time of {} s",
                                              transient.step_second, transient.stop_second),
                          .remedy = "Give a step above 0 s and no longer than the stop time"});
    }
    DeckOptions noted = options;
    noted.notes.push_back(
        fmt::format("Jumps of the drivers take {} s here.", jump_ratio * transient.stop_second));
    DeckWriter deck(crossbar, law, input_volt);
    deck.head(noted, "transient");
    deck.array(transient);
    deck.analysis(transient_settings,
                  fmt::format(".tran {0} {1} 0 {0}", transient.step_second, transient.stop_second),
                  "tran", options.saved);
    return deck.take();
}

}  // namespace ohmgrid
