package g722

// levels are the decision levels of the 60-level quantiser of the lower band, for a scale factor of 1 (Q6).
var levels = [30]int32{
	0, 35, 72, 110, 150, 190, 233, 276, 323, 370,
	422, 473, 530, 587, 650, 714, 786, 858, 940, 1023,
	1121, 1219, 1339, 1458, 1612, 1765, 1980, 2195, 2557, 2919,
}

// highLevel is the one decision level of either sign in the higher band (Q2).
const highLevel = 564

// low6, low5 and low4 are the quantised differences of the lower band by its codeword of 6, 5 or 4 bits (QQ6,
// QQ5, QQ4 with their signs). The words that no encoder sends stand for the smallest negative difference.
var (
	low6 = [64]int32{
		-136, -136, -136, -136, -24808, -21904, -19008, -16704, -14984, -13512, -12280, -11192, -10232, -9360, -8576, -7856,
		-7192, -6576, -6000, -5456, -4944, -4464, -4008, -3576, -3168, -2776, -2400, -2032, -1688, -1360, -1040, -728,
		24808, 21904, 19008, 16704, 14984, 13512, 12280, 11192, 10232, 9360, 8576, 7856, 7192, 6576, 6000, 5456,
		4944, 4464, 4008, 3576, 3168, 2776, 2400, 2032, 1688, 1360, 1040, 728, 432, 136, -432, -136,
	}
	low5 = [32]int32{
		-280, -280, -23352, -17560, -14120, -11664, -9752, -8184, -6864, -5712, -4696, -3784, -2960, -2208, -1520, -880,
		23352, 17560, 14120, 11664, 9752, 8184, 6864, 5712, 4696, 3784, 2960, 2208, 1520, 880, 280, -280,
	}
	low4 = [16]int32{
		0, -20456, -12896, -8968, -6288, -4240, -2584, -1200, 20456, 12896, 8968, 6288, 4240, 2584, 1200, 0,
	}
	high2 = [4]int32{-7408, -1616, 7408, 1616}
)

// lowWeights and highWeights are how far a codeword moves the logarithm of the scale factor (WL by IL4, WH by IH2).
var (
	lowWeights  = [16]int32{-60, 3042, 1198, 538, 334, 172, 58, -30, 3042, 1198, 538, 334, 172, 58, -30, -60}
	highWeights = [4]int32{798, -214, 798, -214}
)

// exponential holds 2048 × 2^(i/32): the scale factor's fraction from its logarithm (ILB).
var exponential = [32]int32{
	2048, 2093, 2139, 2186, 2233, 2282, 2332, 2383, 2435, 2489, 2543, 2599, 2656, 2714, 2774, 2834,
	2896, 2960, 3025, 3091, 3158, 3228, 3298, 3371, 3444, 3520, 3597, 3676, 3756, 3838, 3922, 4008,
}

// mirror holds the QMF's coefficients, first half; the second half is its mirror image.
var mirror = [12]int32{3, -11, -11, 53, 12, -156, 32, 362, -210, -805, 951, 3876}
