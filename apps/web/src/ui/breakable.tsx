import { Fragment } from 'react'

/** A name as artists write them, which may break behind `_`, `-`, `.` and `/` rather than inside a word. */
export function Breakable({ text }: { text: string }) {
  return text.split(/(?<=[_\-./])/).map((part, index) => (
    // oxlint-disable-next-line react/no-array-index-key -- parts have no identity but their place
    <Fragment key={index}>
      {index > 0 && <wbr />}
      {part}
    </Fragment>
  ))
}
