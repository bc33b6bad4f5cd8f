/** Ends the id of a request whose body was held, so that its duration is not taken for the service's. */
export const heldMark = '-held';
