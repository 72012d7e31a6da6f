#pragma once

#include <array>
#include <cstdint>

namespace ohmgrid {

/// Standard normal numbers from 16 random bits each, and from 32 where the tails need them: fast
/// noise for converters and reads, of which a network takes millions per image.
///
/// Bit 15 is the sign. The other fifteen, m, say in which of 32768 equally likely intervals of
/// its half of the distribution the number lies; it is the quantile in the interval's middle.
/// Numbers of the 16 outermost intervals of either half (beyond 3.49, one in 2048) take 16 more
/// bits, so the largest number is 6.34, of tail probability 1.2e-10.
///
/// The quantile is a polynomial of degree 4 on every octave of the tail probability; it errs by
/// at most 4e-5 anywhere (tests/unit/random/short_normal_test.cpp).
namespace short_normal {

/// Intervals from the end of the tail that are divided again.
inline constexpr std::uint32_t divided_intervals = 16;

inline constexpr int octaves = 32;
inline constexpr int degree = 4;

/// Coefficient k of |z| as a polynomial of f = tail probability * 2^16, in the entry of f's octave:
/// the low five bits of a float's exponent field. Octaves 2^-17 .. 2^14; whole f + 1/2 from 16 on
/// lie in entries 3 .. 13. Interpolated at the Chebyshev nodes of each octave.
inline constexpr std::array<std::array<float, octaves>, degree + 1> coefficients{{
    {4.407902F,  4.255844F,  4.098742F,  3.9360838F, 3.7672684F, 3.5915837F, 3.4081779F, 3.2160196F,
     3.0138478F, 2.8001006F, 2.572824F,  2.3295538F, 2.067135F,  1.7774359F, 6.6020117F, 6.498577F,
     6.3935466F, 6.286845F,  6.1783915F, 6.068099F,  5.9558716F, 5.8416066F, 5.7251906F, 5.606501F,
     5.4854016F, 5.361743F,  5.2353606F, 5.106071F,  4.9736695F, 4.8379273F, 4.698587F,  4.555356F},
    {-0.31720233F,   -0.16429324F,    -0.085310996F,   -0.04442813F,   -0.023215812F,
     -0.012179802F,  -0.0064203143F,  -0.0034037733F,  -0.0018172867F, -0.0009788624F,
     -0.0005332626F, -0.00029487518F, -0.00016635834F, -9.56431e-5F,   -55465.23F,
     -28174.53F,     -14318.966F,     -7281.152F,      -3704.5686F,    -1885.9999F,
     -960.79645F,    -489.81055F,     -249.89394F,     -127.597084F,   -65.209854F,
     -33.35854F,     -17.082857F,     -8.758257F,      -4.4960265F,    -2.3112788F,
     -1.1900246F,    -0.6137892F},
    {0.079641886F,  0.02058245F,  0.0053309957F, 0.0013842124F, 0.0003604398F, 9.416327e-5F,
     2.4692752e-5F, 6.503702e-6F, 1.7217263e-6F, 4.5847972e-7F, 1.2289442e-7F, 3.3161218e-8F,
     8.983809e-9F,  2.35097e-9F,  3.7065743e9F,  9.4105043e8F,  2.3903478e8F,  60747788.0F,
     15446689.0F,   3929992.5F,   1000499.6F,    254876.83F,    64976.066F,    16577.156F,
     4232.7925F,    1081.7681F,   276.7359F,     70.8695F,      18.170183F,    4.6646094F,
     1.1991812F,    0.3087695F},
    {-0.0118988585F,  -0.0015367179F,  -0.0001988869F, -2.5802537e-5F, -3.3566578e-6F,
     -4.3803956e-7F,  -5.7370688e-8F,  -7.54552e-9F,   -9.972705e-10F, -1.3256196e-10F,
     -1.7738576e-11F, -2.3921832e-12F, -3.255657e-13F, -4.277654e-14F, -1.4580137e14F,
     -1.8506383e13F,  -2.3500997e12F,  -2.985855e11F,  -3.7956207e10F, -4.827741e9F,
     -6.1442566e8F,   -7.824879e7F,    -9.97217e6F,    -1271829.0F,    -162338.16F,
     -20739.318F,     -2652.0576F,     -339.48694F,    -43.50677F,     -5.5825467F,
     -0.7173065F,     -0.09230766F},
    {0.0007425958F,  4.7940415e-5F,  3.1014147e-6F,  2.0111509e-7F,  1.3076665e-8F,  8.528755e-10F,
     5.5823107e-11F, 3.6688296e-12F, 2.4228216e-13F, 1.6089589e-14F, 1.0754598e-15F, 7.241638e-17F,
     4.902574e-18F,  2.9260428e-19F, 2.3902162e18F,  1.5168515e17F,  9.630576e15F,   6.117549e14F,
     3.8880556e13F,  2.472479e12F,   1.5732389e11F,  1.0016988e10F,  6.382352e8F,    4.069567e7F,
     2596959.0F,     165867.03F,     10603.892F,     678.6051F,      43.476738F,     2.7888937F,
     0.17914149F,    0.011524238F},
}};

}  // namespace short_normal

/// The number that `bits` stand for; `more` counts only in the outermost intervals.
float short_normal_of(std::uint16_t bits, std::uint16_t more);

}  // namespace ohmgrid
