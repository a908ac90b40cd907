#include <exception>
#include <iostream>

#include "main/cli/cli.h"
#include "main/serve.h"
#include "main/setup/setup.h"

int main(int argc, char** argv) {
  try {
    return haar::main::run_command_line(argc, argv, {.serve = haar::main::serve, .setup = haar::main::setup},
                                        {.out = std::cout, .err = std::cerr});
  } catch (const std::exception& e) {
    std::cerr << "haar: " << e.what() << "\n";
    return 1;
  }
}
