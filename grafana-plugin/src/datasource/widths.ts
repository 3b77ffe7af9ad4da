/** Of the rows of the query editor, in units of Grafana's grid. */
export const LABEL_WIDTH = 16;
export const CONTROL_WIDTH = 32;
