* 3-bit flash converter: a ladder of eight resistors from 1 V to ground and seven behavioural
* comparators, the lowest first. Pins: input and comparator outputs (0 or 1 V).
* Parameters: resistors from ground up (ohm), comparator offsets (volt).

.subckt flash_3b in q1 q2 q3 q4 q5 q6 q7 r1=1k r2=1k r3=1k r4=1k r5=1k r6=1k r7=1k r8=1k
+ o1=0 o2=0 o3=0 o4=0 o5=0 o6=0 o7=0
Vref n8 0 1
R1 0 n1 {r1}
R2 n1 n2 {r2}
R3 n2 n3 {r3}
R4 n3 n4 {r4}
R5 n4 n5 {r5}
R6 n5 n6 {r6}
R7 n6 n7 {r7}
R8 n7 n8 {r8}
B1 q1 0 V = 0.5 * (1 + tanh(1e4 * (V(in) - V(n1) - {o1})))
B2 q2 0 V = 0.5 * (1 + tanh(1e4 * (V(in) - V(n2) - {o2})))
B3 q3 0 V = 0.5 * (1 + tanh(1e4 * (V(in) - V(n3) - {o3})))
B4 q4 0 V = 0.5 * (1 + tanh(1e4 * (V(in) - V(n4) - {o4})))
B5 q5 0 V = 0.5 * (1 + tanh(1e4 * (V(in) - V(n5) - {o5})))
B6 q6 0 V = 0.5 * (1 + tanh(1e4 * (V(in) - V(n6) - {o6})))
B7 q7 0 V = 0.5 * (1 + tanh(1e4 * (V(in) - V(n7) - {o7})))
.ends
