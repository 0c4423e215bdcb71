/** A fixed list of proposals for both steps, as a model might make them one after the other: written by hand for this example. */

/** The first walks over the edge of the sea, the second shoots where a ship is most likely. */
export const actProposals = [
  `function act(sea: Sea, chances: number[][]): Shot {
  const shots = sea.join('').replaceAll('.', '').length
  return { row: shots, column: shots }
}`,
  `function act(sea: Sea, chances: number[][]): Shot {
  let best: Shot = { row: 0, column: 0 }
  let most = -1
  sea.forEach((line, row) => [...line].forEach((mark, column) => {
    const chance = chances[row]![column]!
    if (mark !== '.' || chance <= most) return
    most = chance
    best = { row, column }
  }))
  return best
}`,
]

/** The first prefers neighbours of hits; the second also leaves out every other cell, since ships are two cells long. */
export const reasonProposals = [
  `function reason(sea: Sea): number[][] {
  const isHit = (row: number, column: number): boolean => sea[row]?.[column] === 'x'
  return sea.map((line, row) => [...line].map((_, column) =>
    isHit(row - 1, column) || isHit(row + 1, column) || isHit(row, column - 1) || isHit(row, column + 1) ? 3 : 1))
}`,
  `function reason(sea: Sea): number[][] {
  const hit = (row: number, column: number): number => (sea[row]?.[column] === 'x' ? 1 : 0)
  return sea.map((line, row) => [...line].map((_, column) => {
    const beside = hit(row - 1, column) + hit(row + 1, column) + hit(row, column - 1) + hit(row, column + 1)
    const inLine = hit(row - 1, column) * hit(row - 2, column) + hit(row + 1, column) * hit(row + 2, column)
      + hit(row, column - 1) * hit(row, column - 2) + hit(row, column + 1) * hit(row, column + 2)
    return inLine * 8 + beside * 4 + (row + column) % 2
  }))
}`,
]
