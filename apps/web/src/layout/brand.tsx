import './brand.css'

/** The mark: a set's front, held up from behind. */
export function Brand() {
  return (
    <span className="brand">
      <svg
        viewBox="0 0 32 32"
        width="24"
        height="24"
        fill="none"
        aria-hidden="true"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d="M19 13l7.5 14H4.5" stroke="var(--brand)" strokeWidth="3" />
        <path d="M7 27V6.5h12V27M12 27v-8.5h3V27" stroke="currentColor" strokeWidth="3" />
      </svg>
      Backlot
    </span>
  )
}
