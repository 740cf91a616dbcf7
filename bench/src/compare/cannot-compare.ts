/** The comparison is impossible because of the arguments or of the repository, not because of the tool. */
export class CannotCompare extends Error {}
