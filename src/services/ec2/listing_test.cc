#include "services/ec2/listing.h"

#include "model/ec2/DescribeSubnets.h"
#include "model/ec2/DescribeTags.h"
#include "model/ec2/DescribeVpcs.h"
#include "services/ec2/test_world.h"

namespace haar::ec2 {
namespace {

int views_made = 0;

Vpc counted_view(const api::Call&, const VpcRecord& record) {
  ++views_made;
  Vpc view;
  view.VpcId = record.id;
  view.CidrBlock = record.cidr;
  return view;
}

constexpr FilterField<Vpc> fields[] = {{"cidr", [](const Vpc& vpc, Values& out) { add_value(out, vpc.CidrBlock); }}};
constexpr ResourceListing<VpcRecord, Vpc> counted{"DescribeVpcs", vpc_kind, vpcs, counted_view, fields};

Subnet counted_subnet(const api::Call&, const SubnetRecord& record) {
  ++views_made;
  Subnet view;
  view.SubnetId = record.id;
  view.VpcId = record.vpc_id;
  return view;
}
constexpr FilterField<Subnet> subnet_fields[] = {
    {"vpc-id", [](const Subnet& subnet, Values& out) { add_value(out, subnet.VpcId); }},
    {"subnet-id", [](const Subnet& subnet, Values& out) { add_value(out, subnet.SubnetId); }}};
constexpr Narrowing<SubnetRecord> by_vpc[] = {{"vpc-id", &subnets_by_vpc}};
constexpr ResourceListing<SubnetRecord, Subnet> counted_subnets{
    "DescribeSubnets", subnet_kind, subnets, counted_subnet, subnet_fields, by_vpc};

class Listings : public World {
 protected:
  Listings() {
    write([&](store::Txn& txn) {
      for (int i = 1; i <= 6; ++i) {
        VpcRecord vpc;
        vpc.id = "vpc-0000000" + std::to_string(i);
        vpc.cidr = i % 2 == 0 ? "10.0.0.0/16" : "172.31.0.0/16";
        vpc.tags = {{"a", std::to_string(i)}, {"b", ""}};
        txn.put(vpcs, key(vpc.id), vpc);
      }
    });
    views_made = 0;
  }

  // The last digits of the ids on one page; moves `in` on to the next.
  Result<std::string> page(DescribeVpcsRequest& in) {
    return in_call([&](api::Call& call) -> Result<std::string> {
      std::optional<std::string> next;
      std::string ids;
      for (const Vpc& vpc : TRY(list_resources(call, counted, in, in.VpcIds, next))) ids += vpc.VpcId->back();
      in.NextToken = next;
      return ids;
    });
  }
  std::string all_pages(DescribeVpcsRequest in) {
    std::string text;
    do {
      text += *page(in) + "|";
    } while (in.NextToken && text.size() < 64);
    return text;
  }
};

TEST_F(Listings, without_a_size_show_everything) {
  DescribeVpcsRequest in;
  EXPECT_EQ(*page(in), "123456");
  EXPECT_FALSE(in.NextToken);
}

TEST_F(Listings, make_views_for_the_items_of_the_page_only) {
  DescribeVpcsRequest in;
  in.MaxResults = 2;
  EXPECT_EQ(*page(in), "12");
  EXPECT_EQ(views_made, 2);
  EXPECT_EQ(*page(in), "34");
  EXPECT_EQ(views_made, 4);
}

TEST_F(Listings, of_a_filter_look_no_further_than_the_page_goes) {
  DescribeVpcsRequest in;
  in.MaxResults = 1;
  in.Filters = {{.Name = "cidr", .Values = Values{"10.*"}}};
  EXPECT_EQ(*page(in), "2");
  EXPECT_EQ(views_made, 4);  // two, and two to see that there is another
  EXPECT_EQ(all_pages(in), "4|6|");
}

TEST_F(Listings, of_ids_are_in_the_order_of_ids_each_once) {
  DescribeVpcsRequest in;
  in.VpcIds = {{"vpc-00000005", "vpc-00000001", "vpc-00000003", "vpc-00000001"}};
  EXPECT_EQ(all_pages(in), "135|");
  in.MaxResults = 2;
  EXPECT_EQ(all_pages(in), "13|5|");
  in.VpcIds->emplace_back("vpc-00000009");
  in.VpcIds->emplace_back("vpc-00000008");
  const Result<std::string> missing = page(in);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().message, "The vpc IDs 'vpc-00000009, vpc-00000008' do not exist");
}

TEST_F(Listings, neither_repeat_nor_lose_what_comes_and_goes_between_pages) {
  DescribeVpcsRequest in;
  in.MaxResults = 2;
  EXPECT_EQ(*page(in), "12");
  write([&](store::Txn& txn) {
    txn.erase(vpcs, key("vpc-00000002"));
    txn.erase(vpcs, key("vpc-00000003"));
  });
  EXPECT_EQ(*page(in), "45");
}

TEST_F(Listings, take_no_token_of_another_one) {
  DescribeVpcsRequest in;
  in.MaxResults = 2;
  EXPECT_EQ(*page(in), "12");
  for (const Filters& filters : {Filters({{.Name = "cidr", .Values = Values{"*"}}}), Filters()}) {
    DescribeVpcsRequest other = in;
    other.Filters = filters;
    if (!filters) other.NextToken->front() = other.NextToken->front() == 'A' ? 'B' : 'A';
    const Result<std::string> refused = page(other);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, "InvalidNextToken");
  }
}

// What a filter costs follows what it can find, not how much there is.
TEST_F(Listings, of_an_indexed_filter_look_at_what_the_index_has) {
  write([&](store::Txn& txn) {
    for (int i = 10; i < 90; ++i) {  // one of two VPCs in ten, and others
      SubnetRecord subnet;
      subnet.id = "subnet-000000" + std::to_string(i);
      subnet.vpc_id = i % 10 < 2 ? "vpc-0000000" + std::to_string(i % 10 + 1) : "vpc-00000003";
      txn.put(subnets, key(subnet.id), subnet);
    }
  });
  const auto all_pages = [&](DescribeSubnetsRequest in) {
    std::string text;
    views_made = 0;
    do {
      const Result<std::string> ids = in_call([&](api::Call& call) -> Result<std::string> {
        std::string found;
        std::optional<std::string> next;
        for (const Subnet& subnet : TRY(list_resources(call, counted_subnets, in, in.SubnetIds, next))) {
          found += subnet.SubnetId->substr(13) + " ";
        }
        in.NextToken = next;
        return found;
      });
      text += *ids + "|";
    } while (in.NextToken && text.size() < 256);
    return text;
  };
  DescribeSubnetsRequest in;
  in.MaxResults = 5;
  in.Filters = Filters({{.Name = "vpc-id", .Values = Values{"vpc-00000002", "vpc-00000001", "vpc-00000002", "vpc-00000009"}}});
  EXPECT_EQ(all_pages(in), "10 11 20 21 30 |31 40 41 50 51 |60 61 70 71 80 |81 |");
  EXPECT_EQ(views_made, 16 + 3);  // and one a full page, to know that there is more
  in.Filters->push_back({.Name = "subnet-id", .Values = Values{"*1"}});
  EXPECT_EQ(all_pages(in), "11 21 31 41 51 |61 71 81 |");
  in.Filters = Filters({{.Name = "vpc-id", .Values = Values{"vpc-0000000?", "vpc-00000001"}}});
  in.MaxResults = 100;
  EXPECT_EQ(all_pages(in).size(), 80u * 3 + 1);
  in.SubnetIds = {"subnet-00000012"};
  in.Filters = Filters({{.Name = "vpc-id", .Values = Values{"vpc-00000001"}}});
  EXPECT_EQ(all_pages(in), "|");
}

TEST_F(Listings, of_tags_go_over_kinds_resources_and_keys) {
  write([&](store::Txn& txn) {
    SubnetRecord subnet;
    subnet.id = "subnet-00000001";
    subnet.tags = {{"z", "9"}};
    txn.put(subnets, key(subnet.id), subnet);
  });
  DescribeTagsRequest in;
  in.MaxResults = 4;
  std::string text;
  do {
    const auto out = run<ops::DescribeTags>(in);
    ASSERT_TRUE(out.ok()) << out.error().message;
    for (const TagDescription& tag : *out->Tags) text += tag.ResourceId->back() + *tag.Key + " ";
    text += "|";
    in.NextToken = out->NextToken;
  } while (in.NextToken && text.size() < 128);
  EXPECT_EQ(text, "1z 1a 1b 2a |2b 3a 3b 4a |4b 5a 5b 6a |6b |");
}

// A Deny on aws:ResourceTag must find the tags of every kind of resource.
TEST_F(Listings, every_kind_tells_its_tags_and_its_id_to_policies) {
  write([&](store::Txn& txn) {
    PrefixListRecord list;
    list.id = "pl-00000001";
    list.tags = {{"env", "prod"}};
    txn.put(prefix_lists, key(list.id), list);
  });
  const Result<void> done = in_call([&](api::Call& call) -> Result<void> {
    api::Requirements needs("ec2:CreateTags", account_);
    EXPECT_EQ(need_resource(call, needs, prefix_list_kind, "pl-00000001").resource_tags, (Tags{{"env", "prod"}}));
    const api::Requirement& vpc = need_resource(call, needs, vpc_kind, "vpc-00000001");
    EXPECT_EQ(vpc.resource_tags, (Tags{{"a", "1"}, {"b", ""}}));
    EXPECT_EQ(vpc.keys.back(), (std::pair<std::string, std::vector<std::string>>{"ec2:VpcID", {"vpc-00000001"}}));
    EXPECT_TRUE(need_resource(call, needs, vpc_kind, "vpc-0000000f").resource_tags.empty());
    return {};
  });
  EXPECT_TRUE(done.ok());
}

TEST_F(Listings, the_kinds_are_in_the_order_of_their_prefixes) {
  EXPECT_TRUE(std::ranges::is_sorted(all_kinds(), {}, &ResourceKind::prefix));
  for (const ResourceKind* kind : all_kinds()) EXPECT_EQ(kind_of_id(std::string(kind->prefix) + "00000001"), kind);
}

}  // namespace
}  // namespace haar::ec2
