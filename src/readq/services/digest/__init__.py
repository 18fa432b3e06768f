"""Make the digest: new papers, the queue and due cards. It is read from the library, and sent by mail once a day."""
