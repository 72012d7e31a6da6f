#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "sim/io/atomic_file.hpp"
#include "sim/io/subprocess.hpp"

namespace ohmgrid {

/// What a real browser makes of a page.
struct PageLook {
    std::string console;    ///< everything it complained about
    double page_width = 0;  ///< of the content, in pixels; above `window` it scrolls sideways
    double window_width = 0;
    int pictures = 0;  ///< with a size, a title and a description
    int pictures_without_size = 0;
    int tables = 0;
    std::vector<std::string> cut_texts;  ///< texts of pictures that reach beyond their picture
    std::string background;              ///< "rgb(255, 255, 255)"
};

inline bool has_browser() { return find_program("chromium").has_value(); }

/// Opens a copy of the page with a script that measures it. `dark` asks for the dark theme.
inline PageLook look_at(const std::filesystem::path& page, int width, bool dark) {
    static constexpr const char* script = R"(<script>
const found = {pictures: 0, without_size: 0, cut: []};
for (const svg of document.querySelectorAll('figure svg')) {
  const box = svg.getBoundingClientRect();
  const named = svg.querySelector(':scope > title') && svg.querySelector(':scope > desc');
  if (box.width > 0 && box.height > 0 && named) found.pictures++; else found.without_size++;
  for (const text of svg.querySelectorAll('text')) {
    const t = text.getBoundingClientRect();
    if (t.left < box.left - 1 || t.right > box.right + 1 || t.top < box.top - 1 ||
        t.bottom > box.bottom + 1) found.cut.push(text.textContent);
  }
}
found.tables = document.querySelectorAll('figure table').length;
found.page = document.documentElement.scrollWidth;
found.window = window.innerWidth;
found.background = getComputedStyle(document.body).backgroundColor;
document.body.textContent = 'MEASURED' + JSON.stringify(found) + 'END';
</script></body>)";
    const TemporaryFolder folder;
    std::string text = read_file(page);
    text.replace(text.rfind("</body>"), 7, script);
    const std::filesystem::path copy = folder.path() / "page.html";
    write_file(copy, text);
    const ProcessResult result = run_process(
        {.command = {"chromium", "--headless", "--no-sandbox", "--disable-gpu",
                     "--disable-background-networking", "--disable-dev-shm-usage", "--no-first-run",
                     "--enable-logging=stderr", "--log-level=0",
                     "--user-data-dir=" + (folder.path() / "profile").string(),
                     "--window-size=" + std::to_string(width) + ",900",
                     std::string("--blink-settings=preferredColorScheme=") + (dark ? "0" : "1"),
                     "--dump-dom", "file://" + copy.string()},
         .folder = folder.path(),
         .timeout = std::chrono::seconds(120)});
    PageLook look;
    std::istringstream lines(result.errors);
    for (std::string line; std::getline(lines, line);) {
        if (line.find("CONSOLE") != std::string::npos) look.console += line + '\n';
    }
    const std::size_t begin = result.output.find("MEASURED{");
    const std::size_t end = result.output.find("END", begin);
    if (begin == std::string::npos || end == std::string::npos) {
        look.console += "the page was not shown: " + result.errors;
        return look;
    }
    std::string json = result.output.substr(begin + 8, end - begin - 8);
    for (std::size_t at = 0; (at = json.find("&amp;", at)) != std::string::npos; ++at) {
        json.replace(at, 5, "&");
    }
    const auto found = nlohmann::json::parse(json);
    look.page_width = found["page"];
    look.window_width = found["window"];
    look.pictures = found["pictures"];
    look.pictures_without_size = found["without_size"];
    look.tables = found["tables"];
    look.cut_texts = found["cut"].get<std::vector<std::string>>();
    look.background = found["background"];
    return look;
}

}  // namespace ohmgrid
