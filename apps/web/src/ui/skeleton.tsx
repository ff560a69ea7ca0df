import './skeleton.css'

/** Grey where something will be. `label` is what screen readers hear once. */
export function Skeleton({ width, height }: { width?: string; height?: string }) {
  return <span className="skeleton" aria-hidden="true" style={{ width, height }} />
}

export function SkeletonRows({ label, rows, height }: { label: string; rows: number; height: string }) {
  return (
    <output className="skeleton-rows" aria-label={label}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} height={height} />
      ))}
    </output>
  )
}
