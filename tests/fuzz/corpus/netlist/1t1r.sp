* 1T1R: a resistive memory element on the word-line side, an n-channel access transistor on the
* bit-line side. Both sit in the current path; the gate belongs to the row's select line.
*
* Pins        wl    word line      bl  bit line      gate  select line
* Parameters  g     conductance of the memory element (S), the state of the cell
*
* Transistor: SPICE level 1 (square law). W/L = 4, KP = 200 uA/V2, VTO = 0.4 V and LAMBDA = 0.05 1/V
* are assumed, typical of a 65 nm low-power process at 1.2 V. IS = 1e-30 A turns off the junctions'
* leakage, which level 1 puts at 1e-14 A. Neglected: body effect, subthreshold current, capacitance.
.subckt cell_1t1r wl bl gate g=50u
R1 wl mid {1/g}
M1 mid gate bl 0 access W=0.4u L=0.1u
.ends cell_1t1r

.model access NMOS (LEVEL=1 VTO=0.4 KP=200u LAMBDA=0.05 IS=1e-30)
