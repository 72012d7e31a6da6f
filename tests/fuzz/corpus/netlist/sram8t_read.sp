* Read stack of an 8T SRAM cell: two n-channel transistors in series between word line and bit line.
* The upper one is opened by the read select line, the lower one by the stored bit. The six
* transistors that hold the bit are not part of the current path and are left out.
*
* Pins        wl    word line (the drain of the stack)      bl  bit line      gate  read select line
* Parameters  bit   stored bit: 0 or 1
*             vdd   supply of the stored bit (V); 1.1 V is assumed (45 nm)
*
* Transistors: SPICE level 1, W/L = 2, KP = 250 uA/V2, VTO = 0.35 V, LAMBDA = 0.08 1/V (assumed,
* typical of 45 nm). The leakage of a stored 0 is that of a resistor of 1 Gohm (assumed), since
* level 1 has no subthreshold current. Neglected: body effect, capacitance, mismatch.
.subckt cell_sram8t_read wl bl gate bit=1 vdd=1.1
Vstored stored 0 {bit*vdd}
Mselect wl gate mid 0 readfet W=90n L=45n
Mbit mid stored bl 0 readfet W=90n L=45n
Rleak wl bl 1g
.ends cell_sram8t_read

.model readfet NMOS (LEVEL=1 VTO=0.35 KP=250u LAMBDA=0.08 IS=1e-30)
