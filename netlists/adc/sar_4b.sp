* 4-bit successive approximation on binary-weighted capacitors, unrolled: one copy of the capacitor
* array per decision, all with the same capacitors, and one behavioural comparator each.
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

.subckt sar_4b in trial d3 d2 d1 d0 c3=8f c2=4f c1=2f c0=1f ct=1f offset=0
X3 t3 trial 0 0 0 cdac_4b c3={c3} c2={c2} c1={c1} c0={c0} ct={ct}
B3 d3 0 V = 0.5 * (1 + tanh(1e5 * (V(in) - V(t3) - {offset})))
X2 t2 d3 trial 0 0 cdac_4b c3={c3} c2={c2} c1={c1} c0={c0} ct={ct}
B2 d2 0 V = 0.5 * (1 + tanh(1e5 * (V(in) - V(t2) - {offset})))
X1 t1 d3 d2 trial 0 cdac_4b c3={c3} c2={c2} c1={c1} c0={c0} ct={ct}
B1 d1 0 V = 0.5 * (1 + tanh(1e5 * (V(in) - V(t1) - {offset})))
X0 t0 d3 d2 d1 trial cdac_4b c3={c3} c2={c2} c1={c1} c0={c0} ct={ct}
B0 d0 0 V = 0.5 * (1 + tanh(1e5 * (V(in) - V(t0) - {offset})))
.ends
