* 1R: one resistive memory element between word line and bit line.
*
* Pins        wl  word line        bl  bit line
* Parameters  g   conductance at zero bias (S), the state of the cell
*             b   steepness (1/V): I = (g / b) sinh(b V)
*
* The sinh law is that of hopping conduction and fits filamentary oxide ReRAM at read voltages;
* b = 2 per volt is assumed. Neglected: capacitance, temperature, switching.
.subckt cell_1r wl bl g=10u b=2
B1 wl bl I=g/b*sinh(b*V(wl,bl))
.ends cell_1r
