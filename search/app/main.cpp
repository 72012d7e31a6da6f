#include <unistd.h>

#include <iostream>

#include "search/app/verbs.hpp"
#include "sim/app/command_line.hpp"
#include "sim/app/interrupt.hpp"

int main(int argc, char** argv) {
    const ohmgrid::InterruptWatch interrupt;
    ohmgrid::Console console{.out = std::cout,
                             .err = std::cerr,
                             .err_is_terminal = isatty(STDERR_FILENO) == 1,
                             .words = {argv + 1, argv + argc},
                             .stop = interrupt.token()};
    return static_cast<int>(ohmgrid::run_program(ohmgrid::all_verbs(), console));
}
