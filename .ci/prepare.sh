# shellcheck shell=bash
# Sourced by ./demo and ./check: from a bare Debian or Ubuntu to a built program. A second run
# finds everything in place.

toml_folder=$PWD/build/tomlplusplus

say() { printf '%s\n' "$*" >&2; }

as_root() { if ((EUID == 0)); then "$@"; else sudo "$@"; fi; }

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=300 -qq -y --no-install-recommends "$@" >&2
}

apt_offers() { [[ -n $(apt-cache madison "$1" 2>/dev/null) ]]; }

# missing_packages required|optional: those of .ci/packages.txt that are not installed.
missing_packages() {
    local package kind
    sed 's/#.*//' .ci/packages.txt | while read -r package kind; do
        [[ -n $package && ${kind:-required} == "$1" ]] || continue
        [[ $(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
            [[ $package == libtomlplusplus-dev && -d $toml_folder ]] ||
            printf '%s\n' "$package"
    done
}

install_packages() {
    if ! command -v dpkg-query >/dev/null; then
        say "Not a Debian or Ubuntu: the libraries of .ci/packages.txt are taken to be installed."
        return
    fi
    local package missing
    mapfile -t missing < <(missing_packages required)
    if ((${#missing[@]})); then
        say "Missing packages: ${missing[*]}"
        if ((EUID != 0)) && ! command -v sudo >/dev/null; then
            say "Installing them needs root or sudo. As root: apt-get install ${missing[*]}"
            return 1
        fi
        apt_get update
        apt_offers libtomlplusplus-dev || [[ -d $toml_folder ]] || fetch_tomlplusplus
        mapfile -t missing < <(missing_packages required)
        apt_get install "${missing[@]}"
    fi
    mapfile -t missing < <(missing_packages optional)
    for package in "${missing[@]}"; do
        if apt_offers "$package"; then
            apt_get install "$package" || say "Goes on without the optional package $package."
        fi
    done
}

# Ubuntu 22.04 has no toml++. Its headers come from Ubuntu 24.04's package, checked by its hash,
# and stay inside the build folder.
fetch_tomlplusplus() {
    local pool=http://archive.ubuntu.com/ubuntu/pool/universe/t/tomlplusplus
    local package=build/tomlplusplus.deb
    mkdir -p build
    /usr/lib/apt/apt-helper download-file \
        "$pool/libtomlplusplus-dev_3.4.0+ds-0.2build1_amd64.deb" "$package" \
        SHA256:e6d68dbb89f11c71fc33bd1397ab1b405e83e96b959e5c18ef82871c12051c46 >&2
    dpkg-deb -x "$package" "$toml_folder"
}

# OFF, or with OHMGRID_BUILD_PYTHON=ON in the environment ON, where its packages are installed.
python_module() {
    [[ ${OHMGRID_BUILD_PYTHON:-OFF} == ON ]] || { echo OFF && return; }
    if dpkg-query -W pybind11-dev python3-dev python3-numpy >/dev/null 2>&1; then
        echo ON
    else
        say "The Python module is left out: it needs pybind11-dev, python3-dev and python3-numpy."
        echo OFF
    fi
}

# The compiler is GCC 12 unless CXX names another. Warnings are errors with the version of Debian 12
# only: what another one warns about must not keep anybody from running the program.
configure() {
    local options=()
    if [[ -z ${CXX:-} ]] && command -v g++-12 >/dev/null; then export CC=gcc-12 CXX=g++-12; fi
    if [[ $("${CXX:-c++}" -dumpfullversion) != 12.2.0 ]]; then
        options+=(-DCMAKE_CXX_FLAGS="-Wall -Wextra")
    fi
    options+=(-DOHMGRID_BUILD_PYTHON="$(python_module)")
    if [[ -x /usr/bin/python3 ]]; then options+=(-DPython3_EXECUTABLE=/usr/bin/python3); fi
    if [[ -d $toml_folder ]]; then options+=(-DCMAKE_PREFIX_PATH="$toml_folder/usr"); fi
    if command -v ccache >/dev/null; then options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
    mkdir -p build
    if ! cmake --preset release "${options[@]}" >build/configure.log 2>&1; then
        cat build/configure.log >&2
        return 1
    fi
}

# build TARGET
build() {
    install_packages
    configure
    cmake --build --preset release --parallel "$(nproc)" --target "$1" >&2
}
