/*
 * Answers every question with NXDOMAIN and looks nothing up: what a server costs at least on this machine, and what the
 * load generator can ask at most. One thread, blocking; recvmmsg and sendmmsg of up to 64 packets.
 *
 *     cc -O2 -o responder responder.c && ./responder PORT
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BATCH = 64, PACKET_BYTES = 512, HEADER_BYTES = 12 };

int main(int argc, char **argv) {
  static char packets[BATCH][PACKET_BYTES];
  static struct sockaddr_in peers[BATCH];
  static struct iovec parts[BATCH];
  static struct mmsghdr messages[BATCH];
  int socket_ = socket(AF_INET, SOCK_DGRAM, 0);
  int buffer_bytes = 4 << 20;
  struct sockaddr_in place = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 0)};
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  if (bind(socket_, (struct sockaddr *)&place, sizeof place) != 0) {
    perror("Cannot bind");
    return 1;
  }
  for (;;) {
    for (int i = 0; i < BATCH; i++) {
      parts[i] = (struct iovec){packets[i], PACKET_BYTES};
      messages[i].msg_hdr = (struct msghdr){
          .msg_name = &peers[i], .msg_namelen = sizeof peers[i], .msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int received = recvmmsg(socket_, messages, BATCH, MSG_WAITFORONE, NULL);
    if (received < 0) continue;
    for (int i = 0; i < received; i++) {
      parts[i].iov_len = messages[i].msg_len;
      if (messages[i].msg_len < HEADER_BYTES) continue;
      packets[i][2] |= (char)0x84; /* a response, authoritative */
      packets[i][3] = 3;           /* NXDOMAIN */
    }
    for (int sent = 0; sent < received;) {
      int more = sendmmsg(socket_, messages + sent, received - sent, 0);
      sent += more > 0 ? more : 1;
    }
  }
}
