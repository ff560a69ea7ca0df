import type { ReactNode } from 'react'
import './sort-header.css'

/** A column by which a table is ordered, with `-` before it from the largest down. */
export type Sort<Column extends string> = Column | `-${Column}`

/** What a click on a column's header asks for: its usual direction first, then the other. */
export function nextSort<Column extends string>(current: string, column: Column, usual: Sort<Column>): Sort<Column> {
  const other = usual === column ? (`-${column}` as const) : column
  return current === usual ? other : usual
}

/** The head of a column; `children` is the link that orders by it (class `sort-link`), so that an order can be shared. */
export function SortHeader({
  column,
  sort,
  className,
  children,
}: {
  column: string
  sort: string
  className?: string
  children: ReactNode
}) {
  const direction = sort === column ? 'ascending' : sort === `-${column}` ? 'descending' : 'none'
  return (
    <th scope="col" className={className} aria-sort={direction}>
      {children}
    </th>
  )
}
