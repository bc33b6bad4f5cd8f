/** Redis answers `$1 7`, or `$-1` where nothing is counted yet. */
exports.countIn = (answer) => Number(/^\$\d+ (\d+)/.exec(answer)?.[1] ?? 0);
