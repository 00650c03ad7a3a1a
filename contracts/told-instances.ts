/** So many instances are named to the actions before a clean-up: one event holds them and the actions. */
export const toldInstancesMax = 1_000;
