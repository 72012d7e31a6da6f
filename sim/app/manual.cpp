#include "sim/app/manual.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <regex>

#include "sim/app/parameter_text.hpp"
#include "sim/app/run_file.hpp"
#include "sim/core/error.hpp"
#include "sim/core/version.hpp"

namespace ohmgrid {
namespace {

struct ExitMeaning {
    int code;
    const char* meaning;
};
constexpr std::array exit_meanings{
    ExitMeaning{0, "done"},
    ExitMeaning{2, "wrong usage or input; every message names place, rule and remedy"},
    ExitMeaning{3, "the computation failed: no convergence, not finite, out of memory"},
    ExitMeaning{4, "a check or comparison said no"},
    ExitMeaning{5, "file system: a file is missing, a folder not writable, the disk full"},
    ExitMeaning{70, "a defect in ohmgrid: please report it"},
    ExitMeaning{130, "interrupted; nothing is left under a final name"}};

std::string option_text(const Option& o) {
    const std::string letter = o.letter == 0 ? "" : fmt::format("-{}, ", o.letter);
    return letter + "--" + o.name + (o.value.empty() ? "" : ' ' + o.value);
}

/// "adc" of "adc.bits"; "" of "network".
std::string section_of(const ParamInfo& info) {
    const std::size_t dot = info.key.find('.');
    return dot == std::string::npos ? "" : info.key.substr(0, dot);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
        text.replace(at, from.size(), to);
    }
    return text;
}

std::string verbs_page(const std::vector<Verb>& verbs) {
    std::string page =
        "# Verbs\n\nWritten by `ohmgrid help --manual verbs`; do not edit. What programs rely on "
        "stands in\n[command_line.md](command_line.md).\n";
    for (const Verb& verb : verbs) {
        page += fmt::format("\n## `ohmgrid {}`\n\n```\n{}```\n", verb.name, help_text(verb));
    }
    return page;
}

std::string parameters_page() {
    std::string page =
        "# Parameters of a run file\n\nWritten by `ohmgrid help --manual parameters`; do not edit. "
        "Every key may be set in a run file, in\na file that it names as `base`, or by `--set "
        "KEY=VALUE`.\n";
    std::string section = "?";
    for (const ParamInfo& info : run_parameters()) {
        if (section_of(info) != section) {
            section = section_of(info);
            page +=
                section.empty() ? "\n## Top of the file\n" : fmt::format("\n## [{}]\n", section);
            page +=
                "\n| key | value | default | range | meaning | source "
                "|\n|---|---|---|---|---|---|\n";
        }
        const std::string row = fmt::format(
            "| `{}` | {} | {} | {} | {} | {} |", info.key, kind_text(info), default_text(info),
            range_text(info), replaced(info.doc, "|", "\\|"), replaced(info.source, "|", "\\|"));
        page += replaced(row, "  ", " ") + '\n';
    }
    return page;
}

/// Text as troff shows it: backslashes, hyphens and dots at the beginning of a line are special.
std::string troff(const std::string& text) {
    std::string out = replaced(replaced(text, "\\", "\\e"), "-", "\\-");
    if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
    return out;
}

std::string man_page(const std::vector<Verb>& verbs) {
    std::string page = fmt::format(
        ".TH OHMGRID 1 \"\" \"ohmgrid {}\" \"User Commands\"\n.SH NAME\nohmgrid \\- "
        "circuit\\-level crossbar simulator\n.SH SYNOPSIS\n.B ohmgrid\n.I VERB\n[\\fIFILE\\fR] "
        "[\\fIoptions\\fR]\n.SH DESCRIPTION\nSimulates neural networks on analog crossbar arrays, "
        "down to conductances, wires and shared converters: accuracy, energy, latency and area.\n"
        ".SH VERBS\n",
        version());
    for (const Verb& verb : verbs) {
        page += fmt::format(".SS \"{} {}\"\n{}\n.PP\nExample: \\fB{}\\fR\n", troff(verb.name),
                            troff(verb.files), troff(verb.sentence), troff(verb.example));
        for (const Option& o : verb.options) {
            page += fmt::format(".TP\n\\fB{}\\fR\n{}{}\n", troff(option_text(o)), troff(o.doc),
                                o.fallback.empty() ? "" : " (default " + troff(o.fallback) + ")");
        }
    }
    page += ".SH EXIT STATUS\n";
    for (const ExitMeaning& exit : exit_meanings) {
        page += fmt::format(".TP\n\\fB{}\\fR\n{}\n", exit.code, troff(exit.meaning));
    }
    return page + ".SH SEE ALSO\n.BR ohmgrid\\-parameters (5)\n";
}

std::string parameters_man_page() {
    std::string page = fmt::format(
        ".TH OHMGRID\\-PARAMETERS 5 \"\" \"ohmgrid {}\" \"File Formats\"\n.SH NAME\n"
        "ohmgrid\\-parameters \\- keys of an ohmgrid run file\n.SH DESCRIPTION\nA run file is "
        "TOML; "
        "its first key is \\fBschema = \"ohmgrid.run/1\"\\fR. Values with a dimension are written "
        "with their unit.\n.SH KEYS\n",
        version());
    for (const ParamInfo& info : run_parameters()) {
        const std::string range = range_text(info);
        page += fmt::format(".TP\n\\fB{}\\fR\n{}: {}; default {}{}\n", troff(info.key),
                            troff(info.doc), troff(kind_text(info)), troff(default_text(info)),
                            range.empty() ? "" : ", range " + troff(range));
    }
    return page + ".SH SEE ALSO\n.BR ohmgrid (1)\n";
}

/// "toml|csv" from "RUN.toml|ARRAY.csv"; empty if any file will do.
std::string extensions_in(const std::string& files) {
    static const std::regex extension(R"(\.([a-z0-9]+))");
    std::string out;
    for (std::sregex_iterator it(files.begin(), files.end(), extension), end; it != end; ++it) {
        const std::string found = (*it)[1];
        if (('|' + out + '|').find('|' + found + '|') != std::string::npos) continue;
        out += (out.empty() ? "" : "|") + found;
    }
    return out;
}

std::string bash_completion(const std::vector<Verb>& verbs) {
    std::vector<std::string> names{"--help", "--version", "help"};
    std::string cases;
    for (const Verb& verb : verbs) {
        names.push_back(verb.name);
        std::vector<std::string> options{"--help"};
        for (const Option& o : verb.options) options.push_back("--" + o.name);
        cases += fmt::format("        {}) options=\"{}\"; files=\"{}\" ;;\n", verb.name,
                             fmt::join(options, " "), extensions_in(verb.files));
    }
    std::vector<std::string> keys;
    for (const ParamInfo& info : run_parameters()) keys.push_back(info.key + '=');
    return fmt::format(
        R"bash(# bash completion for ohmgrid; written by 'ohmgrid help --manual bash'
_ohmgrid() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} options="" files=""
    COMPREPLY=()
    if ((COMP_CWORD == 1)); then
        COMPREPLY=($(compgen -W "{}" -- "$cur"))
        return
    fi
    case ${{COMP_WORDS[1]}} in
{}    esac
    if [[ $prev == --set ]]; then
        compopt -o nospace 2>/dev/null
        COMPREPLY=($(compgen -W "{}" -- "$cur"))
    elif [[ $prev == --format ]]; then
        COMPREPLY=($(compgen -W "table csv json" -- "$cur"))
    elif [[ $cur == -* ]]; then
        COMPREPLY=($(compgen -W "$options" -- "$cur"))
    else
        compopt -o filenames 2>/dev/null
        COMPREPLY=($(compgen -d -- "$cur"))
        if [[ -n $files && $prev != -* ]]; then
            COMPREPLY+=($(shopt -s extglob; compgen -f -X "!*.@($files)" -- "$cur"))
        else
            COMPREPLY+=($(compgen -f -- "$cur"))
        fi
    fi
}}
complete -F _ohmgrid ohmgrid
)bash",
        fmt::join(names, " "), cases, fmt::join(keys, " "));
}

}  // namespace

std::string manual(const std::string& part, const std::vector<Verb>& verbs) {
    if (part == "verbs") return verbs_page(verbs);
    if (part == "parameters") return parameters_page();
    if (part == "man") return man_page(verbs);
    if (part == "man-parameters") return parameters_man_page();
    if (part == "bash") return bash_completion(verbs);
    throw InputError(Message{.place = "ohmgrid help --manual " + part,
                             .id = "CLI005",
                             .what = "there is no such part of the manual",
                             .remedy = "Use verbs, parameters, man, man-parameters or bash"});
}

}  // namespace ohmgrid
