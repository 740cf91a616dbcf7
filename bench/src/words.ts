/** Formats numbers for readers. */

/** With spaces between the thousands. */
export const grouped = (value: number): string => value.toLocaleString('en').replaceAll(',', ' ');

/** Rounded to three significant digits. */
export const threeDigits = (value: number): string => grouped(Number(value.toPrecision(3)));
