import { expect, test } from "vitest";

import { containerIn } from "../../../engine/inside.ts";

const id = "0123456789abcdef".repeat(4);

test("a process in a container finds the container's id among its mounts", () => {
  const root =
    "712 600 0:52 / / rw,relatime - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/A";
  const hostname = `730 712 8:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw - ext4 /dev/sda1 rw`;
  expect(containerIn([root, hostname].join("\n"))).toBe(id);
});

test("one on the machine itself is in none, though it sees those of others", () => {
  const others = `90 25 0:40 / /var/lib/docker/containers/${id}/mounts/shm rw - tmpfs shm rw,size=65536k`;
  expect(containerIn(others)).toBeUndefined();
});
