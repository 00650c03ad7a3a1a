/** CPU time of this process so far: what a core did, whatever else the machine was doing. */
export const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000_000;
};
