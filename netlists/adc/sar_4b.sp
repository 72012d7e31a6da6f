* 4-bit successive approximation on binary-weighted capacitors, unrolled: one copy of the capacitor
* array per decision, all with the same capacitors, and one behavioural comparator each, which needs
* 1 ns to answer.
* Pins: input, trial reference (rises from 0 to the reference before the input does), bits d3 .. d0
* (0 or 1 V). The reference is 1 V. Every array starts discharged: its common node then follows
* charge conservation, sum of C_i V_i / sum of C. Bleeders of 1e15 ohm are there for the solver.
* Parameters: capacitors of the bits and the terminating one (farad), comparator offset (volt).

.subckt cdac_4b top b3 b2 b1 b0 c3=8f c2=4f c1=2f c0=1f ct=1f
C3 top b3 {c3}
C2 top b2 {c2}
C1 top b1 {c1}
C0 top b0 {c0}
Ct top 0 {ct}
Rbleed top 0 1e15
.ends

.subckt comparator in level out offset=0
B1 fast 0 V = 0.5 * (1 + tanh(1e4 * (V(in) - V(level) - {offset})))
R1 fast out 1k
C1 out 0 1p
.ends

.subckt sar_4b in trial d3 d2 d1 d0 c3=8f c2=4f c1=2f c0=1f ct=1f offset=0
X3 t3 trial 0 0 0 cdac_4b c3={c3} c2={c2} c1={c1} c0={c0} ct={ct}
Xc3 in t3 d3 comparator offset={offset}
X2 t2 d3 trial 0 0 cdac_4b c3={c3} c2={c2} c1={c1} c0={c0} ct={ct}
Xc2 in t2 d2 comparator offset={offset}
X1 t1 d3 d2 trial 0 cdac_4b c3={c3} c2={c2} c1={c1} c0={c0} ct={ct}
Xc1 in t1 d1 comparator offset={offset}
X0 t0 d3 d2 d1 trial cdac_4b c3={c3} c2={c2} c1={c1} c0={c0} ct={ct}
Xc0 in t0 d0 comparator offset={offset}
.ends
