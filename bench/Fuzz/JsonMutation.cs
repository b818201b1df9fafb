using System.Text;
using System.Text.Json.Nodes;

namespace WorkflowFunctions.Bench.Fuzz;

/// <summary>Breaks JSON: first what it says, then how it is written.</summary>
internal static class JsonMutation
{
    /// <summary>Changes values, removes and repeats members and items.</summary>
    public static JsonNode? Mutate(JsonNode? root, Random random, int times)
    {
        for (; times > 0; times--)
            MutateOnce(root, random);
        return root;
    }

    /// <summary>Breaks the text itself.</summary>
    public static byte[] Break(byte[] json, Random random)
    {
        switch (random.Next(12))
        {
            case 0:
                return json[..random.Next(json.Length + 1)];
            case 1:
                var flipped = (byte[])json.Clone();
                for (var i = random.Next(1, 8); i > 0 && flipped.Length > 0; i--)
                    flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 2:
                var noise = new byte[random.Next(300)];
                random.NextBytes(noise);
                return noise;
            case 3:
                return [0xef, 0xbb, 0xbf, .. json];
            case 4:
                return Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(json));
            case 5:
                return [.. json, .. json];
            case 6:
                return Encoding.UTF8.GetBytes(new string('[', random.Next(1, 200_000)));
            case 7:
                return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", random.Next(1, 50_000))));
            case 8:
                return Encoding.UTF8.GetBytes(
                    Encoding.UTF8.GetString(json).Replace("\"", random.Next(2) == 0 ? "'" : "", StringComparison.Ordinal));
            case 9:
                // Half of a surrogate pair, which JSON can write and text cannot hold.
                return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace("a", "\\ud800", StringComparison.Ordinal));
            case 10:
                return Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).Replace("e", "\\u0000", StringComparison.Ordinal));
            default:
                return Encoding.UTF8.GetBytes(HostileValues.Text(random));
        }
    }

    private static void MutateOnce(JsonNode? node, Random random)
    {
        while (true)
        {
            switch (node)
            {
                case JsonObject { Count: > 0 } members:
                    var name = HostileValues.Pick(random, [.. members.Select(member => member.Key)]);
                    if (random.Next(3) != 0 && members[name] is JsonObject or JsonArray)
                    {
                        node = members[name];
                        continue;
                    }

                    Change(members, name, random);
                    return;
                case JsonArray { Count: > 0 } items:
                    var index = random.Next(items.Count);
                    if (random.Next(5) != 0 && items[index] is JsonObject or JsonArray)
                    {
                        node = items[index];
                        continue;
                    }

                    Change(items, index, random);
                    return;
                default:
                    return;
            }
        }
    }

    private static void Change(JsonObject members, string name, Random random)
    {
        switch (random.Next(6))
        {
            case 0:
                members.Remove(name);
                break;
            case 1:
                members[HostileValues.Text(random)] = members[name]?.DeepClone();
                break;
            case 2 when members[name] is JsonValue value && value.TryGetValue<string>(out var text):
                members[name] = text + HostileValues.Liquid(random);
                break;
            default:
                members[name] = HostileValues.Json(random);
                break;
        }
    }

    private static void Change(JsonArray items, int index, Random random)
    {
        switch (random.Next(4))
        {
            case 0:
                items.RemoveAt(index);
                break;
            case 1:
                items.Add(items[index]?.DeepClone());
                break;
            default:
                items[index] = HostileValues.Json(random);
                break;
        }
    }
}
