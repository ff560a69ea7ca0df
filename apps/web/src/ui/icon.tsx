/** Drawn on a grid of 16, stroked with 1.5. */
const paths = {
  jobs: 'M2.5 4.5h11v7h-11zM5.5 4.5v7M10.5 4.5v7',
  workers: 'M2.5 3h11v4h-11zM2.5 9h11v4h-11zM5 5h.01M5 11h.01',
  key: 'M9.5 6.5a3 3 0 1 1-2.1-2.86A3 3 0 0 1 9.5 6.5ZM9 8.2l4.5 4.3M11.5 10.5l1.2-1.2',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3l3.2 3.2',
  check: 'M3.5 8.5l3 3 6-7',
  cross: 'M4 4l8 8M12 4l-8 8',
  alert: 'M8 2.5l6 10.5H2zM8 6.5v3M8 11.2v.01',
  dotted: 'M8 2.5h.01M11.9 4.1h.01M13.5 8h.01M11.9 11.9h.01M8 13.5h.01M4.1 11.9h.01M2.5 8h.01M4.1 4.1h.01',
  half: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM8 5v6a3 3 0 0 0 0-6Z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3l8 5-8 5z',
  slash: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM4.2 4.2l7.6 7.6',
  skip: 'M3.5 3.5l5 4.5-5 4.5zM12 3.5v9',
  redo: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  trash: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.5 9h6l.5-9M7 7v4M9 7v4',
  download: 'M8 2.5v7.5M4.8 7L8 10.2 11.2 7M3 13.5h10',
  upload: 'M8 10V2.5M4.8 5.5L8 2.3l3.2 3.2M3 13.5h10',
  folder: 'M2.5 4h4l1.5 2h5.5v7h-11z',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
  lock: 'M4 7.5h8v6H4zM5.5 7.5v-2a2.5 2.5 0 0 1 5 0v2',
  previous: 'M10 3L5 8l5 5',
  next: 'M6 3l5 5-5 5',
  down: 'M3.5 6L8 10.5 12.5 6',
  up: 'M3.5 10L8 5.5 12.5 10',
  copy: 'M5.5 5.5h7v8h-7zM10.5 5.5v-3h-7v8h2',
  user: 'M8 8a2.7 2.7 0 1 0 0-5.4A2.7 2.7 0 0 0 8 8ZM3 13.5c.6-2.5 2.5-3.8 5-3.8s4.4 1.3 5 3.8',
  studio: 'M3.5 13.5v-10h5.5v10M5.5 13.5v-3.5h1.5v3.5M9 6.5l3.5 7h-10',
  sun: 'M8 10.7a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4ZM8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  moon: 'M13 9.7A5.5 5.5 0 0 1 6.3 3a5.5 5.5 0 1 0 6.7 6.7Z',
  system: 'M2.5 3h11v7.5h-11zM5.5 13.5h5M8 10.5v3',
  leave: 'M9.5 3h-6v10h6M7 8h6.5M11 5.5L13.5 8 11 10.5',
  device: 'M2.5 3h11v10h-11zM5 6.5L7 8.2 5 10M8.5 10.5h2.5',
  film: 'M2.5 3h11v10h-11zM5 3v10M11 3v10M2.5 6.3H5M2.5 9.7H5M11 6.3h2.5M11 9.7h2.5',
  grid: 'M2.5 2.5h4.5v4.5H2.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5H2.5zM9 9h4.5v4.5H9z',
  picture: 'M2.5 3h11v10h-11zM2.5 11l3.5-3.5 2.5 2.5 2-2 3 3M10.5 5.8h.01',
  link: 'M6.5 3H3v10h10V9.5M9 3h4v4M13 3L7.5 8.5',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  expand: 'M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5L9 7M2.5 13.5L7 9',
  info: 'M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM8 7.3v3.5M8 5.2v.01',
} as const
export type IconName = keyof typeof paths

/** Decoration only: whatever it says stands beside it in words. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      aria-hidden="true"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  )
}
