# Three instances for `run`: consul services register services.hcl
services {
  id      = "shop-1"
  name    = "shop"
  address = "127.0.0.1"
  port    = 19201
  tags    = ["public"]
  weights = { passing = 2, warning = 1 }
}
services {
  id      = "shop-2"
  name    = "shop"
  address = "127.0.0.1"
  port    = 19202
  tags    = ["public"]
}
services {
  id      = "shop-3"
  name    = "shop"
  address = "127.0.0.1"
  port    = 19203
  tags    = ["public"]
}
