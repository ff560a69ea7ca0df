/** Words of letters, digits, `-` and `_`, joined by dots; at most 200 characters. */
const topicPattern = /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/
/** The same, where a word may be `*` (exactly one word) and the last one `>` (one word or more). */
const subscriptionPattern = /^(?:\*|[A-Za-z0-9_-]+)(?:\.(?:\*|[A-Za-z0-9_-]+))*(?:\.>)?$|^>$/

export function isTopic(text: string): boolean {
  return text.length <= 200 && topicPattern.test(text)
}

export function isSubscription(text: string): boolean {
  return text.length <= 200 && subscriptionPattern.test(text)
}

export function matches(subscription: string, topic: string): boolean {
  const wanted = subscription.split('.')
  const words = topic.split('.')
  for (const [index, word] of wanted.entries()) {
    if (word === '>') return words.length > index
    if (words[index] === undefined || (word !== '*' && word !== words[index])) return false
  }
  return wanted.length === words.length
}
