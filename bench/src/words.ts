/** Numbers as people read them. */

/** Thousands set apart by a space. */
export const grouped = (value: number): string => value.toLocaleString('en').replaceAll(',', ' ');

/** Three digits that count. */
export const threeDigits = (value: number): string => grouped(Number(value.toPrecision(3)));
