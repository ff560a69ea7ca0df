/**
 * Ends a child with its parent, however the parent went: a supervisor keeps the other end of the child's stdin open
 * and the system closes it when the supervisor dies, also by kill -9. Works alike on every platform.
 */
export function whenParentGone(then: () => void): void {
  process.stdin.on('end', then)
  process.stdin.on('close', then)
  process.stdin.on('error', then)
  process.stdin.resume()
}
