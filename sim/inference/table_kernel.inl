// Reads of one-bit digits by tables: one look-up for four rows of a column. Included by
// tile_kernel.inl only.

using Shorts [[gnu::vector_size(OHMGRID_LANES * 4)]] = std::uint16_t;

constexpr int table_columns = 4;  ///< that share a pass over the patterns
/// 16 whole numbers to be looked up by the low four bits of every 16-bit lane.
class Table {
  public:
    /// What the lanes of a word look up; `pattern` has step j's digits in its lowest bits and those
    /// of step j + 4 in bits 16 to 19.
    struct Index {
#if OHMGRID_LANES == 8
        explicit Index(Unsigned pattern) {
            const Unsigned nibbles = pattern & 0x000f000fU;
            low = reinterpret_cast<__m256i>(nibbles | 0x80008000U);
            high = reinterpret_cast<__m256i>(nibbles << 8U | 0x00800080U);
        }
        __m256i low, high;  ///< picks low bytes and nothing for high ones, and the reverse
#else
        explicit Index(Unsigned pattern) : lanes(pattern) {}
        Unsigned lanes;
#endif
    };

    explicit Table(const std::int16_t* entries) {
#if OHMGRID_LANES == 16
        table_ =
            _mm512_broadcast_i64x4(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(entries)));
#elif OHMGRID_LANES == 8
        const __m256i all = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(entries));
        const __m256i low = _mm256_and_si256(all, _mm256_set1_epi16(255));
        const __m256i bytes = _mm256_packus_epi16(low, _mm256_srli_epi16(all, 8));
        // The halves of a register are packed apart: entries 0 .. 7 low and high, then 8 .. 15.
        const __m256i sorted = _mm256_permute4x64_epi64(bytes, 0xd8);
        low_ = _mm256_permute4x64_epi64(sorted, 0x44);
        high_ = _mm256_permute4x64_epi64(sorted, 0xee);
#else
        table_ = entries;
#endif
    }

    [[nodiscard]] Shorts operator[](const Index& at) const {
#if OHMGRID_LANES == 16
        return reinterpret_cast<Shorts>(
            _mm512_permutexvar_epi16(reinterpret_cast<__m512i>(at.lanes), table_));
#elif OHMGRID_LANES == 8
        return reinterpret_cast<Shorts>(_mm256_or_si256(_mm256_shuffle_epi8(low_, at.low),
                                                        _mm256_shuffle_epi8(high_, at.high)));
#else
        Shorts out{};
        for (std::size_t i = 0; i < OHMGRID_LANES; ++i) {
            out[2 * i] = static_cast<std::uint16_t>(table_[at.lanes[i] & 15U]);
            out[2 * i + 1] = static_cast<std::uint16_t>(table_[at.lanes[i] >> 16U & 15U]);
        }
        return out;
#endif
    }

  private:
#if OHMGRID_LANES == 16
    __m512i table_;
#elif OHMGRID_LANES == 8
    __m256i low_, high_;
#else
    const std::int16_t* table_;
#endif
};

/// Sums of `Columns` columns less their origins, modulo 2^16: out[column][byte][word][lane].
template <std::size_t Columns>
void sum_tables(const TileTask& t, const std::int16_t* tables, const std::int32_t* origins,
                std::uint16_t* out) {
    const std::int64_t per_column = t.quads * 16;
    for (int byte = 0; byte < t.plan.input_bytes; ++byte) {
        for (std::int64_t lane = 0; lane < tile_positions; lane += lanes) {
            Shorts sum[Columns][words_per_byte];
            for (std::size_t c = 0; c < Columns; ++c) {
                for (Shorts& word : sum[c]) {
                    word = Shorts{} - static_cast<std::uint16_t>(origins[c]);
                }
            }
            const std::uint32_t* patterns = t.patterns + byte * t.quads * tile_positions + lane;
            const std::int16_t* entries = tables;
            for (std::int64_t q = 0; q < t.quads; ++q) {
                const auto pattern = reinterpret_cast<Unsigned>(load_bytes(patterns));
                const Table::Index at[] = {Table::Index(pattern), Table::Index(pattern >> 4U),
                                           Table::Index(pattern >> 8U),
                                           Table::Index(pattern >> 12U)};
                for (std::size_t c = 0; c < Columns; ++c) {
                    const Table table(entries + static_cast<std::int64_t>(c) * per_column);
                    for (std::size_t j = 0; j < words_per_byte; ++j) sum[c][j] += table[at[j]];
                }
                patterns += tile_positions;
                entries += 16;
            }
            std::uint16_t* to = out + byte * sums_per_byte + lane * 2;
            for (std::size_t c = 0; c < Columns; ++c, to += t.plan.input_bytes * sums_per_byte) {
                for (std::size_t j = 0; j < words_per_byte; ++j) {
                    store_bytes(to + static_cast<std::int64_t>(j) * tile_positions * 2,
                                reinterpret_cast<Int>(sum[c][j]));
                }
            }
        }
    }
}

using SumTablesOf = void (*)(const TileTask&, const std::int16_t*, const std::int32_t*,
                             std::uint16_t*);
constexpr SumTablesOf sum_tables_of[] = {nullptr, sum_tables<1>, sum_tables<2>, sum_tables<3>,
                                         sum_tables<4>};

#if OHMGRID_LANES == 16

/// Codes of 32 sums less their origin, found by whole numbers.
class BucketCodes {
  public:
    explicit BucketCodes(const KernelColumn& c)
        : low_(_mm512_set1_epi16(static_cast<short>(c.bucket_low))),
          span_(_mm512_set1_epi16(static_cast<short>(c.bucket_span))),
          factor_(_mm512_set1_epi16(static_cast<short>(c.bucket_factor))),
          shift_(_mm_cvtsi32_si128(c.bucket_shift)),
          first_{_mm512_loadu_si512(c.first_of_bucket),
                 _mm512_loadu_si512(c.first_of_bucket + 32)} {
        if (c.second_of_bucket == nullptr) return;
        second_[0] = _mm512_loadu_si512(c.second_of_bucket);
        second_[1] = _mm512_loadu_si512(c.second_of_bucket + 32);
    }

    template <bool HasSecond>
    [[nodiscard]] __m512i of(__m512i sum) const {
        const __m512i one = _mm512_set1_epi16(1);
        const __m512i inside = _mm512_min_epu16(_mm512_subs_epu16(sum, low_), span_);
        const __m512i bucket = _mm512_srl_epi16(_mm512_mulhi_epu16(inside, factor_), shift_);
        const __m512i first = _mm512_permutex2var_epi16(first_[0], bucket, first_[1]);
        const __m512i code =
            _mm512_mask_add_epi16(bucket, _mm512_cmpge_epu16_mask(sum, first), bucket, one);
        if constexpr (!HasSecond) return code;
        const __m512i second = _mm512_permutex2var_epi16(second_[0], bucket, second_[1]);
        return _mm512_mask_sub_epi16(code, _mm512_cmplt_epu16_mask(sum, second), code, one);
    }

  private:
    __m512i low_, span_, factor_;
    __m128i shift_;
    __m512i first_[2], second_[2];
};

/// Sum over the steps of one input byte of code * 2^step; steps from `count` on do not count, and
/// the last of them counts negative if `negative_top`.
template <bool HasSecond>
__m512i codes_of_byte(const BucketCodes& codes, const std::uint16_t* sums, int count,
                      bool negative_top) {
    __m512i sum = _mm512_setzero_si512();
    for (int j = int{words_per_byte} - 1; j >= 0; --j) {
        __m512i code = codes.of<HasSecond>(_mm512_loadu_si512(sums + j * tile_positions * 2));
        if (count < 8 || negative_top) {
            const auto factor_of = [&](int step) {
                return step >= count ? 0 : negative_top && step == count - 1 ? -1 : 1;
            };
            const int factors = (factor_of(j) & 0xffff) | factor_of(j + 4) << 16;
            code = _mm512_mullo_epi16(code, _mm512_set1_epi32(factors));
        }
        sum = _mm512_add_epi16(_mm512_add_epi16(sum, sum), code);
    }
    const __m512i low = _mm512_srai_epi32(_mm512_slli_epi32(sum, 16), 16);
    return _mm512_add_epi32(low, _mm512_slli_epi32(_mm512_srai_epi32(sum, 16), 4));
}

template <bool HasSecond>
void convert_by_buckets(const TileTask& t, const KernelColumn& c, const std::uint16_t* sums) {
    const BucketCodes codes(c);
    __m512i total = _mm512_setzero_si512();
    for (int byte = t.plan.input_bytes - 1; byte >= 0; --byte) {
        const bool is_last = byte == t.plan.input_bytes - 1;
        const int count = std::min(t.plan.steps - 8 * byte, 8);
        total = _mm512_add_epi32(_mm512_slli_epi32(total, 8),
                                 codes_of_byte<HasSecond>(codes, sums + byte * sums_per_byte, count,
                                                          is_last && t.plan.negative_top));
    }
    const Float whole =
        __builtin_convertvector(reinterpret_cast<Int>(total) - c.code_sum_at_zero, Float);
    add_to_sum(t, c, 0, whole * c.value_of_code + c.value_at_zero);
}

#endif

/// Converts the sums of one column and adds them up; `noise_sums` is for those of its variances.
void finish_sums(const TileTask& t, std::int64_t column, const std::uint16_t* sums,
                 const NoiseStreams& streams, std::uint16_t* noise_sums) {
    const KernelColumn& c = t.columns[column];
#if OHMGRID_LANES == 16
    if (c.first_of_bucket != nullptr && t.noise == nullptr && t.observed == nullptr) {
        return c.second_of_bucket == nullptr ? convert_by_buckets<false>(t, c, sums)
                                             : convert_by_buckets<true>(t, c, sums);
    }
#endif
    if (t.noise == nullptr || t.noise_tables == nullptr) {
        noise_sums = nullptr;
    } else {
        const std::int32_t zero = 0;
        sum_tables<1>(t, t.noise_tables + column * t.quads * 16, &zero, noise_sums);
    }
    float* observed =
        t.observed == nullptr ? nullptr : t.observed + column * t.plan.steps * tile_positions;
    finish(t, c, TableSums{t, c, sums, noise_sums}, streams, observed);
}

void read_by_tables(const TileTask& t) {
    auto* sums = reinterpret_cast<std::uint16_t*>(t.scratch);
    std::uint16_t* noise_sums = sums + table_columns * t.plan.input_bytes * sums_per_byte;
    const NoiseStreams streams(t);
    for (std::int64_t first = 0; first < t.column_count; first += table_columns) {
        const auto count =
            static_cast<int>(std::min<std::int64_t>(table_columns, t.column_count - first));
        std::int32_t origins[table_columns];
        for (int i = 0; i < count; ++i) origins[i] = t.columns[first + i].origin;
        sum_tables_of[count](t, t.tables + first * t.quads * 16, origins, sums);
        for (int i = 0; i < count; ++i) {
            finish_sums(t, first + i, sums + i * t.plan.input_bytes * sums_per_byte, streams,
                        noise_sums);
        }
    }
}
