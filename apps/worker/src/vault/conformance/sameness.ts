export function describeSameness(): void {}
