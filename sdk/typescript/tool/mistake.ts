// Something that the author can mend; its words are for them.

export class Mistake extends Error {}
