//! The software backend against published answers.
//!
//! A bench whose own reference computes wrongly would call every accelerator a liar.

use crypto::{Crypto, CryptoError, Sha256, Software, digest};

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    hex::decode(hex).expect("the test's own hex").try_into().expect("the test's own length")
}

#[test]
fn sha256_agrees_with_fips_180() {
    let mut backend = Software::new();
    let abc = bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_eq!(digest(&mut backend, b"abc"), Ok(abc));
    let mut hash = backend.sha256().expect("software cannot fail");
    hash.update(b"a").expect("software cannot fail");
    hash.update(b"bc").expect("software cannot fail");
    assert_eq!(hash.finish(), Ok(abc));
    assert_eq!(backend.served().software, 2);
}

/// RFC 6979 appendix A.2.5, message "sample", SHA-256.
#[test]
fn p256_agrees_with_rfc_6979() {
    let point = bytes(
        "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6\
         7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    );
    let signature: [u8; 64] = bytes(
        "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716\
         f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
    );
    let mut backend = Software::new();
    let hash = digest(&mut backend, b"sample").expect("software cannot fail");
    assert_eq!(backend.verify_p256(&point, &hash, &signature), Ok(()));
    for bit in 0..512 {
        let mut flipped = signature;
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(backend.verify_p256(&point, &hash, &flipped), Err(CryptoError::BadSignature), "bit {bit}");
    }
    assert_eq!(backend.verify_p256(&point, &hash, &[0; 64]), Err(CryptoError::BadSignature));
    assert_eq!(backend.verify_p256(&[1; 64], &hash, &signature), Err(CryptoError::BadKey));
}

/// NIST SP 800-38A, F.5.1.
#[test]
fn aes_ctr_agrees_with_sp_800_38a_from_any_offset() {
    let key = bytes("2b7e151628aed2a6abf7158809cf4f3c");
    let iv = bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    let plain: [u8; 32] = bytes("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
    let cipher: [u8; 32] = bytes("874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff");
    let mut backend = Software::new();
    for start in 0..plain.len() {
        let mut data = plain;
        backend.aes128_ctr(&key, &iv, start as u64, &mut data[start..]).expect("software cannot fail");
        assert_eq!(data[start..], cipher[start..], "from byte {start}");
    }
}
