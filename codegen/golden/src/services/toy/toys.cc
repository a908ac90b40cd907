// What the generator looks for: the operations that a service's sources name.
// op<ops::MakeToy>(make_toy), op<ops::DeleteToy>(delete_toy), op<toy::ops::PingToys>(ping_toys)
// op<other::ops::UnusedOperation>(not_ours)
