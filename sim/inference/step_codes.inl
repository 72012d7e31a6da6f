// Codes of converters, as many at once as a register has floats. Included by tile_kernel.inl only.

/// Entries of a table that registers hold: all of a 6-bit converter's.
constexpr std::size_t register_entries = 64;

/// One column of a transfer table, kept in registers where it fits (`InRegisters`).
template <bool InRegisters>
class Lookup {
  public:
    explicit Lookup(const std::vector<float>& table) : table_(table.data()) {
#if OHMGRID_LANES == 16
        if constexpr (InRegisters) {
            for (int i = 0; i < 4; ++i) part_[i] = _mm512_loadu_ps(table_ + 16 * i);
        }
#endif
    }

    [[nodiscard]] Float operator()(Int index) const {
#if OHMGRID_LANES == 16
        const __m512i at = reinterpret_cast<__m512i>(index);
        if constexpr (InRegisters) {
            const __m512 low = _mm512_permutex2var_ps(part_[0], at, part_[1]);
            const __m512 high = _mm512_permutex2var_ps(part_[2], at, part_[3]);
            const __mmask16 is_high = _mm512_test_epi32_mask(at, _mm512_set1_epi32(32));
            return reinterpret_cast<Float>(_mm512_mask_mov_ps(low, is_high, high));
        }
        return reinterpret_cast<Float>(_mm512_i32gather_ps(at, table_, 4));
#else
        Float out{};
        for (int i = 0; i < lanes; ++i) out[i] = table_[index[i]];
        return out;
#endif
    }

  private:
    const float* table_;
#if OHMGRID_LANES == 16
    __m512 part_[4];
#endif
};

inline Int whole_of(Float x) {
    return reinterpret_cast<Int>(x + rounding_shift) - rounding_shift_bits;
}

/// Codes of sums in ideal code steps from the bottom of the range: rounded exactly, ...
struct ExactCodes {
    float top_code;

    explicit ExactCodes(const KernelColumn& c) : top_code(c.top_code) {}
    [[nodiscard]] Int operator()(Float x) const {
        return whole_of(smaller(larger(x, Float{}), Float{} + top_code));
    }
};

/// ... by the table of a converter, ...
template <bool InRegisters>
struct TableCodes {
    float top_code;
    float shift;
    Lookup<InRegisters> first, second;

    explicit TableCodes(const KernelColumn& c)
        : top_code(c.top_code),
          shift(c.transfer->shift),
          first(c.transfer->first),
          second(c.transfer->second) {}
    [[nodiscard]] Int operator()(Float x) const {
        const Float inside = smaller(larger(x - shift, Float{}), Float{} + top_code);
        const Int bucket = __builtin_convertvector(inside, Int);
        return bucket - 1 - (x >= first(bucket)) - (x >= second(bucket));
    }
};

/// ... or by searching its thresholds.
struct SearchedCodes {
    const TransferTable& table;

    explicit SearchedCodes(const KernelColumn& c) : table(*c.transfer) {}
    [[nodiscard]] Int operator()(Float x) const {
        Int code{};
        const std::vector<float>& all = table.thresholds;
        for (int i = 0; i < lanes; ++i) {
            const auto passed = std::upper_bound(all.begin(), all.end(), x[i]) - all.begin();
            code[i] = table.codes[static_cast<std::size_t>(passed)];
        }
        return code;
    }
};
