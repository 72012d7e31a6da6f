#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/app/command_line.hpp"
#include "sim/io/hdf5.hpp"
#include "sim/io/html_page.hpp"
#include "sim/io/provenance.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {

/// The page about a result file, whichever verb wrote it: pictures with their data, then the
/// command, versions, parameters and hashes that the result came from. What has no picture of its
/// own is shown as tables.
/// @throws InputError (RPT001) if the file is no result of ohmgrid.
HtmlPage report_page(const std::filesystem::path& results);

/// Sections of that page, one per group of a result file; each adds nothing if its group is absent.
void add_cost(HtmlPage& page, const Hdf5Reader& results);
void add_accuracy(HtmlPage& page, const Hdf5Reader& results);
void add_compensation(HtmlPage& page, const Hdf5Reader& results);
void add_diagnosis(HtmlPage& page, const Hdf5Reader& results);
void add_array(HtmlPage& page, const Hdf5Reader& results);
void add_study(HtmlPage& page, const Hdf5Reader& results);
void add_converters(HtmlPage& page, const Hdf5Reader& results);
void add_search(HtmlPage& page, const Hdf5Reader& results);
/// Command, versions, seed, input files with their hashes, parameters that were set.
void add_origin(HtmlPage& page, const Hdf5Reader& results);

/// The pictures of one array: lost voltages, currents, settling times or currents over time; the
/// main one first.
std::vector<Chart> array_charts(const Hdf5Reader& results);
/// INL of the first converter design, with its spread over the instances.
Chart converter_chart(const Hdf5Reader& results);

/// Where --out, --report and --plot of a verb go. Made before the work, so that a place that cannot
/// be written to is found out before it.
class ResultStore {
  public:
    /// @throws IoError if --out cannot be written
    explicit ResultStore(const Arguments& arguments);

    /// Stores what `write` writes, with its origin, as --out asks, the page about it as --report
    /// asks and the main picture of an array or a converter as --plot asks. Does nothing if none is
    /// given.
    void finish(const std::string& filetype, const Provenance& record,
                const std::function<void(Hdf5Writer&)>& write);

  private:
    const Arguments& arguments_;
    std::optional<TemporaryFolder> folder_;  ///< of the file that only a page is made from
    std::filesystem::path path_;
    std::optional<Hdf5Writer> file_;
};

}  // namespace ohmgrid
