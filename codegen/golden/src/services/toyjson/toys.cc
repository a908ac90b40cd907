// op<ops::MakeToy>(make_toy)
