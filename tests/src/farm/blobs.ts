/** A blob that no storage has. */
export const missingBlob = 'f'.repeat(64)
export const someBlob = 'a'.repeat(64)
